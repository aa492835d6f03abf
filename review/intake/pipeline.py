"""The intake: probe, find, redact, render, check. Re-entrant: what is saved is neither done again nor saved twice."""

import time
from collections.abc import Callable

import structlog

from notifications import notices
from privacy.api import Detection
from review.approval import acceptance
from review.intake import attachment_stage, check_stage, lease, variant_stage, video_stage
from review.intake.lease import IntakeLease, LeaseLost
from review.items import attached_files, lookup, moves
from review.redaction import text as text_redaction
from yiyuan import audit
from yiyuan.codes import AuditAction, IntakeStage, ItemState, NoticeKind
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, YiyuanError
from yiyuan.i18n import _
from yiyuan.models import Asset, Revision

log = structlog.get_logger()
#: Stage -> share of the whole, after measured times of a 720p clip on two cores; render counts decode and encode.
WEIGHTS = {
    IntakeStage.PROBE: 0.05,
    IntakeStage.DETECT: 0.60,
    IntakeStage.TEXT: 0.02,
    IntakeStage.RENDER: 0.28,
    IntakeStage.PICTURES: 0.02,
    IntakeStage.CHECK: 0.03,
}
SECONDS_BETWEEN = 1.0
#: stage, share of the whole, seconds left in the stage (None: not known).
Hook = Callable[[IntakeStage, float, float | None], None]


def run(revision_id: int, attempt: int = 1, progress: Hook | None = None) -> None:
    """Bring a revision from `intake` to `naming`, or, when it was accepted before, to `review`.

    BadInput ends in `intake_failed` with its message. Any other error is raised for another attempt; after the third
    the item stands in `intake_failed`. Conflict: another run is alive. `attempt` is the dispatcher's, for the log.
    """
    held = lease.take(revision_id)
    if held is None:
        return
    log.info("intake_started", revision=revision_id, attempt=held.attempt, dispatch=attempt)
    try:
        with held.kept():
            _stages(held, Meter(held, progress))
    except LeaseLost:
        log.warning("intake_lost", revision=revision_id, attempt=held.attempt)
    except BadInput as error:
        try:
            with held.saving() as (s, item, revision):
                lease.fail(s, item, revision, error.message)
        except LeaseLost:
            log.warning("intake_lost", revision=held.revision_id, attempt=held.attempt)
    except Exception as error:
        if not _gave_up(held, error):
            raise


def _gave_up(held: IntakeLease, error: Exception) -> bool:
    message = _("处理时出错，已重试 {n} 次，请联系管理员").format(n=lease.ATTEMPTS)
    if isinstance(error, YiyuanError):
        message = error.message
    try:
        return held.give_back(error, message)
    except LeaseLost:
        return True


def _stages(held: IntakeLease, meter: "Meter") -> None:
    with transaction(read_only=True) as s:
        revision = s.get_one(Revision, held.revision_id)
        original, pictures = lookup.video(s, revision), attached_files.attached(s, revision)
    found = _watch(held, meter, original) if original is not None else None
    report = meter.stage(IntakeStage.TEXT)
    with held.saving() as (s, item, revision):
        redacted = text_redaction.redact_form(s, item, revision)
        revision.texts, revision.tags, item.title = redacted.texts, redacted.tags, redacted.texts["title"]
    report("text", 1.0, None)
    if original is not None and found is not None:
        video_stage.derived(held, original, found, meter.stage(IntakeStage.RENDER))
    if pictures:
        attachment_stage.work(held, meter.stage(IntakeStage.PICTURES))
    meter.stage(IntakeStage.CHECK)
    _finish(held, found)


def _watch(held: IntakeLease, meter: "Meter", original: Asset) -> Detection:
    meter.stage(IntakeStage.PROBE)
    video_stage.probe(held, original)
    return video_stage.detection(held, original, meter.stage(IntakeStage.DETECT))


def _finish(held: IntakeLease, found: Detection | None) -> None:
    """Variants, findings, verdicts and the item's next state, in one transaction."""
    with held.saving() as (s, item, revision):
        redacted = text_redaction.redact_form(s, item, revision)
        written = variant_stage.write(s, revision, redacted)
        check_stage.check(s, item, revision, redacted, written, found)
        revision.stage, revision.progress, revision.eta_seconds, revision.lease_until = (
            IntakeStage.DONE,
            1.0,
            None,
            None,
        )
        audit.append(
            s, None, AuditAction.INTAKE_DONE, f"item:{item.id}", {"revision": revision.id, "attempt": held.attempt}
        )
        if revision.accepted_by is not None:
            acceptance.freeze(s, item, revision)
            return
        moves.moved(item, ItemState.NAMING)
        title = _("稿件《{title}》已处理完，请确认脱敏结果").format(title=item.title[:60])
        key, link = f"item:{item.id}:naming:{item.version}", f"/items/{item.id}"
        notices.post(s, key=key, kind=NoticeKind.REVIEW, title=title, link=link, staff_id=revision.editors[-1])


class Meter:
    """Turns the stages' own progress into one share of the whole, saved at most once a second."""

    def __init__(self, held: IntakeLease, hook: Hook | None) -> None:
        self._held, self._hook = held, hook
        self._saved_at = float("-inf")

    def stage(self, name: IntakeStage) -> Callable[[str, float, float | None], None]:
        """The hook to hand to the work of one stage; saves its beginning at once."""
        names = list(WEIGHTS)
        before = sum(WEIGHTS[earlier] for earlier in names[: names.index(name)])

        def report(_inner: str, share: float, eta: float | None) -> None:
            self._tell(name, before + WEIGHTS[name] * min(max(share, 0.0), 1.0), eta)

        self._saved_at = float("-inf")
        report(name, 0.0, None)
        return report

    def _tell(self, stage: IntakeStage, share: float, eta: float | None) -> None:
        if self._hook is not None:
            self._hook(stage, share, eta)
        if time.monotonic() - self._saved_at < SECONDS_BETWEEN:
            return
        self._saved_at = time.monotonic()
        with self._held.saving() as (_s, _item, revision):
            revision.stage, revision.progress, revision.eta_seconds = stage, share, eta
