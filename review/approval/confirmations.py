"""Confirming by eye and ear what no checker checked (speech without a recogniser, say)."""

from sqlalchemy.orm import Session

from review.items import lookup, moves, originals
from review.policies import policies
from yiyuan import audit, clock
from yiyuan.codes import AuditAction, ItemState, VerdictKind
from yiyuan.errors import Conflict, Missing, Refused
from yiyuan.i18n import _
from yiyuan.models import Item, Revision, Staff, Verdict


def mark(verdict: Verdict, staff: Staff) -> None:
    """Put a name to a verdict."""
    verdict.ticked_by, verdict.ticked_at = staff.id, clock.now()


def may_tick(item: Item, staff: Staff) -> bool:
    """Whoever may edit the item or holds a role of one of its levels."""
    roles = {role for level in policies.load(item.policy).levels for role in level.roles}
    return staff.active and (originals.may_edit(item, staff) or bool(roles & set(staff.roles)))


def tick(s: Session, staff: Staff, verdict_id: int) -> Verdict:
    """Confirm a `not_checked` verdict of the current revision; a failed one has to be checked again instead."""
    verdict = s.get(Verdict, verdict_id)
    if verdict is None:
        raise Missing(_("检查结论不存在"))
    revision = s.get_one(Revision, verdict.revision_id)
    item = lookup.locked(s, revision.item_id)
    lookup.require_state(item, (ItemState.NAMING, ItemState.REVIEW), _("勾选核验"))
    if revision.number != item.revision_number or item.level > 1:
        raise Conflict(_("自查已签署，不能再改动检查结论"))
    if not may_tick(item, staff):
        raise Refused(_("您的角色不能勾选核验"))
    if verdict.verdict != VerdictKind.NOT_CHECKED:
        raise Refused(_("只有“未核验”的项目可以人工勾选"))
    mark(verdict, staff)
    moves.moved(item)
    audit.append(s, staff, AuditAction.VERDICT_TICK, f"item:{item.id}", {"checker": verdict.checker})
    return verdict
