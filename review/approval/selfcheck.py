"""The self-check of level 1: what the author answers, item by item. The answers are part of the record."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from review.approval import confirmations
from review.items import lookup
from review.policies import policies
from yiyuan import clock
from yiyuan.codes import AskKind, Disposition, Severity, VerdictKind
from yiyuan.i18n import _
from yiyuan.models import Finding, Item, Revision, Staff, Verdict

YES = "yes"


@dataclass(frozen=True)
class Ask:
    """One question. confirm and tick want "yes"; reply wants a sentence about a finding (`finding_id`).

    before: what was answered to the same finding in the revision before, to be confirmed or changed.
    """

    key: str
    text: str
    kind: AskKind
    finding_id: int | None = None
    before: str = ""


def questions(s: Session, item: Item, revision: Revision) -> list[Ask]:
    """Everything to be answered before level 1 can be signed: the policy's questions, what no checker could check,

    and each open warning.
    """
    has_video = lookup.video(s, revision) is not None
    fixed = policies.load(item.policy).level(1).questions
    asked = [Ask(q.key, _(q.text), AskKind.CONFIRM) for q in fixed if q.needs != "video" or has_video]
    asked += [
        Ask(f"tick:{v.checker}", _("已人工核验：{note}").format(note=v.note), AskKind.TICK)
        for v in unticked(s, revision)
    ]
    asked += [Ask(f"finding:{f.id}", f.title, AskKind.REPLY, f.id, f.reason) for f in _warnings(s, revision)]
    return asked


def unticked(s: Session, revision: Revision) -> list[Verdict]:
    """Verdicts of what was not checked and nobody has confirmed by eye and ear."""
    query = select(Verdict).where(Verdict.revision_id == revision.id, Verdict.verdict == VerdictKind.NOT_CHECKED)
    return list(s.scalars(query.where(Verdict.ticked_by.is_(None)).order_by(Verdict.checker)))


def _warnings(s: Session, revision: Revision) -> list[Finding]:
    query = select(Finding).where(Finding.revision_id == revision.id, Finding.disposition == Disposition.OPEN)
    return list(s.scalars(query.where(Finding.severity == Severity.WARN).order_by(Finding.id)))


def missing(asked: list[Ask], answers: Mapping[str, str]) -> list[Ask]:
    """The questions that are not answered."""
    given = {key: str(value).strip() for key, value in answers.items()}
    return [q for q in asked if (not given.get(q.key) if q.kind == AskKind.REPLY else given.get(q.key) != YES)]


def record(
    s: Session, staff: Staff, asked: list[Ask], revision: Revision, answers: Mapping[str, str]
) -> dict[str, str]:
    """Put the answers where they belong (ticks, dispositions) and return the ones the decision keeps."""
    for verdict in unticked(s, revision):
        confirmations.mark(verdict, staff)
    for ask in asked:
        finding = s.get(Finding, ask.finding_id) if ask.finding_id is not None else None
        if finding is not None:
            finding.disposition, finding.reason = Disposition.ACCEPTED, str(answers[ask.key]).strip()[:2000]
            finding.disposed_by, finding.disposed_at = staff.id, clock.now()
    s.flush()
    return {ask.key: str(answers[ask.key]).strip()[:2000] for ask in asked}
