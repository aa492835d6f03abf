"""The last stage of the intake: every checker's findings and verdicts as rows."""

from collections.abc import Iterator, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from channels import registry
from channels.capabilities import Can
from compliance import runner
from compliance.types import Found
from privacy.api import Detection
from review.intake import carry_over, check_input
from review.redaction import findings as redaction_findings
from review.redaction import sensitive_scenes
from review.redaction.text import Redacted
from yiyuan.codes import CheckerName, Disposition, Severity, VerdictKind
from yiyuan.i18n import _
from yiyuan.models import Finding, Item, Revision, Variant, Verdict, WaiverRequest


def check(
    s: Session, item: Item, revision: Revision, redacted: Redacted, variants: Sequence[Variant], found: Detection | None
) -> None:
    """Run all checkers and replace the revision's findings and verdicts by what they say now."""
    whole = check_input.of_revision(s, item, revision, redacted, variants)
    report = runner.run(whole)
    private = redaction_findings.of(s, item, revision, redacted, found)
    findings = [*private, *(_row(each) for each in (*report.found, *_media_limits(variants)))]
    verdicts = {v.checker: Verdict(checker=v.checker, verdict=v.verdict, note=v.note) for v in report.verdicts}
    verdicts[CheckerName.PRIVACY] = Verdict(
        checker=CheckerName.PRIVACY, verdict=VerdictKind.FOUND if private else VerdictKind.CLEAN, note=""
    )
    verdicts[CheckerName.SPEECH] = redaction_findings.speech(found)
    verdicts[sensitive_scenes.CHECKER] = sensitive_scenes.looked(s, revision, found)
    if any(_media_limits(variants)):
        verdicts[CheckerName.LIMITS] = Verdict(checker=CheckerName.LIMITS, verdict=VerdictKind.FOUND, note="")
    carry_over.mark(findings, whole)
    _replace_findings(s, item, revision, findings)
    _replace_verdicts(s, revision, list(verdicts.values()))


def _media_limits(variants: Sequence[Variant]) -> Iterator[Found]:
    for variant in variants:
        row = registry.capabilities(variant.platform)
        if row.article is not Can.YES and row.article is not Can.ASSISTED and variant.video_id is None:
            yield _lacks(variant, _("{name}只能发布视频，请上传视频或取消该平台"))
        elif row.cover_required and variant.cover_id is None:
            yield _lacks(variant, _("{name}需要封面，请上传视频或取消该平台"))


def _lacks(variant: Variant, title: str) -> Found:
    name = _(registry.capabilities(variant.platform).name)
    return Found(CheckerName.LIMITS, "LM02", Severity.MUST_FIX, title.format(name=name), "video")


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
        disposition=Disposition.OPEN,
    )


def _replace_findings(s: Session, item: Item, revision: Revision, findings: Sequence[Finding]) -> None:
    carried = carry_over.carry(s, item, revision, findings)
    old = list(s.scalars(select(Finding.id).where(Finding.revision_id == revision.id)))
    for finding in findings:
        finding.revision_id = revision.id
        s.add(finding)
    s.flush()
    for request, finding in carried.requests:
        request.finding_id = finding.id
    s.flush()
    s.execute(delete(WaiverRequest).where(WaiverRequest.finding_id.in_(old)))
    s.execute(delete(Finding).where(Finding.id.in_(old)))
    carry_over.record(s, item, revision, carried.kept)


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
