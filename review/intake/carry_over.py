"""What people said of findings stays with them: the same rule on the same words, in the next check or revision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from compliance.types import Package
from yiyuan import audit
from yiyuan.canonical_json import digest
from yiyuan.codes import KEPT, AuditAction, Disposition
from yiyuan.models import Finding, Item, Revision, WaiverRequest

#: Publicity's word on a finding (KEPT) holds on; the author's answer is asked again at level 1, and only offered.
OFFERED = Disposition.ACCEPTED
_SENTENCE_ENDS = "。！？；!?;\n"


def mark(findings: Sequence[Finding], package: Package) -> None:
    """Set the context of findings: a digest of the rule, its severity and the sentence it was found in.

    A finding without a place stands for its whole field, or for the form value that its title names.
    """
    texts = {**package.texts, "tags": "\n".join(package.tags)}
    for finding in findings:
        around = _around(finding, texts, package.facts)
        finding.context = digest(
            [package.content_class, finding.checker, finding.rule, finding.severity, finding.field, *around]
        )


def _around(finding: Finding, texts: Mapping[str, str], facts: Mapping[str, object]) -> list[Any]:
    if finding.start is None or finding.end is None or finding.field not in texts:
        shown = dict(facts) if finding.field == "facts" else texts.get(finding.field, "")
        return [finding.title, finding.first_seconds, shown]
    return [finding.title, finding.excerpt, sentence(texts[finding.field], finding.start, finding.end)]


def sentence(text: str, start: int, end: int) -> str:
    """The sentence around a span, without white space: a line break more or less is no change."""
    first = max(text.rfind(mark, 0, start) for mark in _SENTENCE_ENDS) + 1
    last = min((at for mark in _SENTENCE_ENDS if (at := text.find(mark, end)) >= 0), default=len(text))
    return "".join(text[first:last].split())


@dataclass(frozen=True)
class Carried:
    """kept: findings that keep a disposition, with the id of the old one. requests: of the same revision, with the

    findings they belong to now.
    """

    kept: Sequence[tuple[Finding, int]]
    requests: Sequence[tuple[WaiverRequest, Finding]]


def carry(s: Session, item: Item, revision: Revision, findings: Sequence[Finding]) -> Carried:
    """Give findings what was said of the same ones before.

    Call it before the revision's old findings are deleted. As many keep it as had it: a third repetition is new. A
    request stays with its revision; the next one only offers its words, whoever wants a waiver there asks anew.
    """
    # Every request to waive a finding of an item, by finding.
    waivers = select(WaiverRequest).join(Finding).join(Revision).where(Revision.item_id == item.id)
    requests = {row.finding_id: row for row in s.scalars(waivers)}
    answers = _said(s, item, revision, requests)
    kept: list[tuple[Finding, int]] = []
    moved: list[tuple[WaiverRequest, Finding]] = []
    for finding in sorted(findings, key=lambda f: f.start or 0):
        waiting = answers.get(finding.context, [])
        if finding.disposition != Disposition.OPEN or not waiting:
            continue
        old = waiting.pop(0)
        finding.reason, request = old.reason, requests.get(old.id)
        if request is not None and old.revision_id == revision.id:
            moved.append((request, finding))
        elif request is not None and request.answered_at is None:
            finding.reason = request.reason
        if old.disposition in KEPT:
            finding.disposition, finding.disposed_by, finding.disposed_at = (
                old.disposition,
                old.disposed_by,
                old.disposed_at,
            )
            kept.append((finding, old.id))
    return Carried(kept, moved)


def _said(
    s: Session, item: Item, revision: Revision, requests: Mapping[int, WaiverRequest]
) -> dict[str, list[Finding]]:
    """What was said of the revision's own findings, else of those of the revision before it, by context."""
    findings = list(s.scalars(select(Finding).where(Finding.revision_id == revision.id)))
    if not findings:
        before = select(Revision.id).where(Revision.item_id == item.id, Revision.number == revision.number - 1)
        findings = list(s.scalars(select(Finding).where(Finding.revision_id.in_(before))))
    found: dict[str, list[Finding]] = {}
    for old in sorted(findings, key=lambda f: (f.disposition not in KEPT, f.start or 0, f.id)):
        # Nobody waives what they wrote: a waiver ends when the one who gave it edits the text.
        own = old.disposition in KEPT and old.disposed_by in {item.author_id, *revision.editors}
        words = old.disposition in (*KEPT, OFFERED) or old.reason or old.id in requests
        if old.context and not own and words:
            found.setdefault(old.context, []).append(old)
    return found


def record(s: Session, item: Item, revision: Revision, kept: Sequence[tuple[Finding, int]]) -> None:
    """Leave an audit entry for what a new revision took over."""
    for finding, old in kept:
        detail = {"finding": finding.id, "before": old, "rule": finding.rule, "revision": revision.id}
        audit.append(s, None, AuditAction.FINDING_KEEP, f"item:{item.id}", detail, note=finding.reason[:400])
