"""The gate: every decision passes here, in one transaction with all that follows from it at once."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.delivery import planning
from release import consent_coverage
from release.content import decision_mac, findings_digest
from review.approval import levels, selfcheck, sheet, signatures
from review.approval.inbox import who_holds
from review.approval.waivers import stopping
from review.items import lookup
from review.policies import policies
from review.redaction import doubts
from yiyuan import audit, clock, outbox
from yiyuan.codes import AuditAction, DecisionVerdict, ItemState, VerdictKind
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, Conflict, Refused
from yiyuan.i18n import _
from yiyuan.models import Decision, Item, ReviewLevel, Revision, Staff, Variant, Verdict


def decide(
    s: Session,
    staff: Staff,
    item_id: int,
    *,
    version: int,
    verdict: str,
    digest: str,
    reason: str = "",
    answers: Mapping[str, str] | None = None,
    delegate_of: int | None = None,
) -> Decision:
    """Sign the open level of an item: approve, return or reject.

    version and digest: what the person had before their eyes; Conflict when the item has moved on. answers: the
    self-check on level 1. delegate_of: the colleague of the pool a person stands in for. Refused, with the reason,
    when the person may not sign or a condition is not met; BadInput for a missing reason.
    """
    item = lookup.locked(s, item_id, version)
    lookup.require_state(item, (ItemState.REVIEW,), _("审核"))
    revision = lookup.revision(s, item)
    stage = levels.open_stage(s, revision)
    if stage is None or stage.level != item.level:
        raise Conflict(_("该稿件没有待签署的环节"))
    # Roles as they are now, not as they were when the page was drawn.
    staff = lookup.person(s, staff.id)
    if digest != revision.digest:
        raise Conflict(_("稿件内容已更新，请重新查看后再签署"), field="digest")
    signatures.require_content(s, revision)
    signatures.require_levels(s, item, revision, stage.level - 1)
    _require_eligible(s, item, revision, stage, staff, delegate_of)
    chosen = DecisionVerdict.known(verdict)
    if chosen is None or (chosen == DecisionVerdict.REJECT and stage.level == 1):
        raise BadInput(_("请选择通过或退回"), field="verdict")
    kept = _require_verdict(s, item, revision, stage, staff, chosen, reason, answers or {})
    decision = _sign(s, revision, stage, staff, chosen, reason, kept, delegate_of)
    levels.follow(s, item, revision, stage, decision, staff)
    detail = {"decision": decision.id, "level": decision.level, "digest": decision.digest, "mac": decision.mac}
    if decision.delegate_of is not None:
        detail["delegate_of"] = decision.delegate_of
    audit.append(
        s, staff, AuditAction.of(f"decision.{decision.verdict}"), f"item:{item.id}", detail, note=decision.reason[:400]
    )
    outbox.enqueue(s, "advance", f"item:{item.id}:advance:{item.version}", {"revision_id": decision.revision_id})
    return decision


def _require_eligible(
    s: Session, item: Item, revision: Revision, stage: ReviewLevel, staff: Staff, delegate_of: int | None
) -> None:
    other = lookup.person(s, delegate_of) if delegate_of is not None else None
    signed = {decision.staff_id for decision in signatures.decided(s, revision)}
    reason = signatures.why_not(item, revision, stage, staff, signed, other)
    if reason:
        raise Refused(reason)


def _require_verdict(
    s: Session,
    item: Item,
    revision: Revision,
    stage: ReviewLevel,
    staff: Staff,
    verdict: DecisionVerdict,
    reason: str,
    answers: Mapping[str, str],
) -> dict[str, str]:
    """Conditions of the verdict; on level 1 the answers are recorded and those the decision keeps are returned."""
    if verdict != DecisionVerdict.APPROVE:
        if not reason.strip():
            raise BadInput(_("退回或否决必须写明理由"), field="reason")
        return {}
    asked = selfcheck.questions(s, item, revision) if stage.level == 1 else []
    open_questions = [ask.text for ask in selfcheck.missing(asked, answers)]
    if open_questions:
        raise BadInput(_("自查未完成：{items}").format(items="；".join(open_questions)), field="answers")
    kept = selfcheck.record(s, staff, asked, revision, answers)
    wrong = unmet(s, revision)
    if wrong:
        raise Refused(_("还不能签署：{items}").format(items="；".join(wrong)))
    return kept


def _sign(
    s: Session,
    revision: Revision,
    stage: ReviewLevel,
    staff: Staff,
    verdict: DecisionVerdict,
    reason: str,
    answers: dict[str, str],
    delegate_of: int | None,
) -> Decision:
    decision = Decision(
        revision_id=revision.id,
        level=stage.level,
        staff_id=staff.id,
        delegate_of=delegate_of,
        verdict=verdict,
        reason=reason.strip(),
        answers=dict(answers),
        digest=revision.digest,
        findings_digest=findings_digest(s, revision),
        signed_at=clock.now(),
    )
    decision.mac = decision_mac(decision)
    s.add(decision)
    s.flush()
    return decision


def eligible(s: Session, item: Item, staff: Staff) -> bool:
    """May the person sign the open level in their own name?"""
    return not why_not(s, item, staff)


def why_not(s: Session, item: Item, staff: Staff) -> str:
    """Why the person may not sign the open level, in Chinese; "" when they may."""
    stage = who_holds(s, item)
    if stage is None:
        return _("该稿件没有待签署的环节")
    revision = lookup.revision(s, item)
    return signatures.why_not(item, revision, stage, staff, {d.staff_id for d in signatures.decided(s, revision)})


def after_decision(revision_id: int) -> None:
    """What follows from the last signature: the posts and the sheet. Idempotent; called by the advance flow."""
    with transaction() as s:
        revision = s.get_one(Revision, revision_id)
        item = lookup.locked(s, revision.item_id)
        if item.state != ItemState.APPROVED or item.revision_number != revision.number:
            return
        signatures.require_content(s, revision)
        signatures.require_levels(s, item, revision, policies.load(item.policy).last)
        planning.plan(s, revision.id)
        sheet.make(s, revision.id)


def unmet(s: Session, revision: Revision) -> list[str]:
    """What stops every approval of a revision, in Chinese: open stopping findings, failed or unconfirmed checks."""
    unfinished = _("{checker}检查未完成，不能视为通过")
    wrong = [_("“{title}”未处理，须修改或由宣传部豁免").format(title=f.title) for f in stopping(s, revision)]
    wrong += [unfinished.format(checker=v.checker.label) for v in _failed(s, revision)]
    still = doubts.open_tracks(s, revision)
    wrong += [doubts.message(still)] if still else []
    wrong += unconsented(s, revision)
    wrong += [_("未核验：{note}").format(note=v.note) for v in selfcheck.unticked(s, revision)]
    return wrong


def unconsented(s: Session, revision: Revision) -> list[str]:
    """Why consents do not cover where and when the revision shall go out, as it stands now, in Chinese."""
    platforms = s.scalars(select(Variant.platform).where(Variant.revision_id == revision.id).distinct())
    planned = lookup.item(s, revision.item_id).planned_at
    day = max(clock.today(), clock.local(planned).date()) if planned else clock.today()
    return consent_coverage.reasons(s, revision, sorted(platforms), day)


def _failed(s: Session, revision: Revision) -> list[Verdict]:
    failed = select(Verdict).where(Verdict.revision_id == revision.id, Verdict.verdict == VerdictKind.FAILED)
    return list(s.scalars(failed.order_by(Verdict.checker)))
