"""The last stage of the intake: every checker's findings and verdicts as rows."""

from collections.abc import Iterator, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from channels.capabilities import CAPABILITIES, Can
from privacy.results import Detection, FaceTrack, ScreenHit, kind_name
from review import checks, package
from review.checks.package import Found
from review.names import field_name
from review.redacting import Hit, Redacted
from yiyuan.models import Finding, Item, Revision, Variant, Verdict
from yiyuan.texts import _

#: The articles are quoted by number; both texts were read.
BASIS = "《民法典》第一千二百二十六条；《个人信息保护法》第二十八条"
#: What a person said of a finding stays when the same finding is made again in the same revision.
KEPT = ("waived", "false_alarm")


def check(
    s: Session, item: Item, revision: Revision, redacted: Redacted, variants: Sequence[Variant], found: Detection | None
) -> None:
    """Run all checkers and replace the revision's findings and verdicts by what they say now."""
    report = checks.run(package.of_revision(s, item, revision, redacted, variants))
    private = [*_text_findings(redacted.hits), *(_video_findings(found) if found else ())]
    findings = [*private, *(_row(each) for each in (*report.found, *_media_limits(variants)))]
    verdicts = {v.checker: Verdict(checker=v.checker, verdict=v.verdict, note=v.note) for v in report.verdicts}
    verdicts["privacy"] = Verdict(checker="privacy", verdict="found" if private else "clean", note="")
    verdicts["speech"] = _speech(found)
    if any(_media_limits(variants)):
        verdicts["limits"] = Verdict(checker="limits", verdict="found", note="")
    _replace_findings(s, revision, findings)
    _replace_verdicts(s, revision, list(verdicts.values()))


def _text_findings(hits: Sequence[Hit]) -> Iterator[Finding]:
    for each in hits:
        title = _("{field}中的{kind}已遮盖").format(field=field_name(each.field), kind=kind_name(each.hit.kind))
        yield Finding(
            checker="privacy",
            rule=f"text.{each.hit.kind}",
            # A doubtful one was masked as well; the author says whether it should have been.
            severity="warn" if each.hit.doubt else "info",
            title=title,
            field=each.field,
            start=each.start,
            end=each.end,
            excerpt=each.hit.excerpt,
            basis=BASIS,
            suggestion=each.hit.doubt,
            disposition="open" if each.hit.doubt else "redacted",
        )


def _video_findings(found: Detection) -> Iterator[Finding]:
    yield from (_screen(hit) for hit in found.screen_hits)
    yield from (_face(track) for track in found.tracks if track.doubt)


def _screen(hit: ScreenHit) -> Finding:
    return Finding(
        checker="privacy",
        rule=f"screen.{hit.kind}",
        severity="info",
        title=_("画面中的{kind}已遮盖").format(kind=kind_name(hit.kind)),
        field="video",
        first_seconds=hit.first_seconds,
        last_seconds=hit.last_seconds,
        box={"x": hit.box.x, "y": hit.box.y, "w": hit.box.w, "h": hit.box.h},
        excerpt=hit.text_excerpt,
        basis=BASIS,
        disposition="redacted",
    )


def _face(track: FaceTrack) -> Finding:
    _frame, box = track.boxes[len(track.boxes) // 2]
    return Finding(
        checker="privacy",
        rule="face.doubt",
        severity="warn",
        title=_("第 {number} 号人脸请人工确认：{doubt}").format(number=track.number, doubt=track.doubt),
        field="video",
        first_seconds=track.first_seconds,
        last_seconds=track.last_seconds,
        box={"x": box.x, "y": box.y, "w": box.w, "h": box.h},
        basis=BASIS,
    )


def _speech(found: Detection | None) -> Verdict:
    if found is None:
        return Verdict(checker="speech", verdict="clean", note=_("没有视频"))
    if not found.probe.has_audio:
        return Verdict(checker="speech", verdict="clean", note=_("视频没有声音"))
    note = _("语音未核验：请完整听一遍，确认没有说出患者信息")
    return Verdict(checker="speech", verdict="not_checked", note=note)


def _media_limits(variants: Sequence[Variant]) -> Iterator[Found]:
    for variant in variants:
        row = CAPABILITIES[variant.platform]
        if row.article is not Can.YES and row.article is not Can.ASSISTED and variant.video_id is None:
            yield _lacks(variant, _("{name}只能发布视频，请上传视频或取消该平台"))
        elif row.cover_required and variant.cover_id is None:
            yield _lacks(variant, _("{name}需要封面，请上传视频或取消该平台"))


def _lacks(variant: Variant, title: str) -> Found:
    name = _(CAPABILITIES[variant.platform].name)
    return Found("limits", "LM02", "must_fix", title.format(name=name), "video")


def _row(found: Found) -> Finding:
    return Finding(
        checker=found.checker,
        rule=found.rule,
        severity=found.severity,
        title=found.title[:400],
        field=found.field,
        start=found.start,
        end=found.end,
        excerpt=found.excerpt[:400],
        basis=found.basis[:400],
        basis_status=found.basis_status,
        suggestion=found.suggestion,
        disposition="open",
    )


def _same(finding: Finding) -> tuple[object, ...]:
    return (finding.checker, finding.rule, finding.field, finding.start, finding.end, finding.title)


def _replace_findings(s: Session, revision: Revision, findings: Sequence[Finding]) -> None:
    mine = select(Finding).where(Finding.revision_id == revision.id, Finding.disposition.in_(KEPT))
    said = {_same(old): old for old in s.scalars(mine)}
    for finding in findings:
        old = said.get(_same(finding))
        if old is not None:
            finding.disposition, finding.reason = old.disposition, old.reason
            finding.disposed_by, finding.disposed_at = old.disposed_by, old.disposed_at
    s.execute(delete(Finding).where(Finding.revision_id == revision.id))
    for finding in findings:
        finding.revision_id = revision.id
        s.add(finding)
    s.flush()


def _replace_verdicts(s: Session, revision: Revision, verdicts: Sequence[Verdict]) -> None:
    old = {v.checker: v for v in s.scalars(select(Verdict).where(Verdict.revision_id == revision.id))}
    for verdict in verdicts:
        before = old.get(verdict.checker)
        if before is not None and (before.verdict, before.note) == (verdict.verdict, verdict.note):
            verdict.ticked_by, verdict.ticked_at = before.ticked_by, before.ticked_at
    s.execute(delete(Verdict).where(Verdict.revision_id == revision.id))
    for verdict in verdicts:
        verdict.revision_id = revision.id
        s.add(verdict)
    s.flush()
