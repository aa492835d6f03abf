"""Deleting an item: media and original texts are destroyed, sheet, decisions and audit entries stay."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.delivery import takedown
from review.items import lookup, moves
from yiyuan import audit, clock
from yiyuan.codes import AuditAction, ItemState
from yiyuan.errors import BadInput, Refused
from yiyuan.i18n import _
from yiyuan.models import Asset, Item, ReviewLevel, Revision, Staff
from yiyuan.staff.permissions import Action, may, roles_in_words
from yiyuan.storage import media


def delete(s: Session, staff: Staff, item_id: int, version: int, reason: str) -> Item:
    """Delete an item for good. The author may delete what was never approved; what was, publicity, with its posts."""
    item = lookup.locked(s, item_id, version)
    own = staff.id == item.author_id and item.state != ItemState.APPROVED
    if not own and not may(staff, Action.delete_any_item):
        roles = roles_in_words(Action.delete_any_item)
        raise Refused(_("只有{roles}可以删除稿件；作者可以删除自己尚未通过审核的稿件").format(roles=roles))
    if not reason.strip():
        raise BadInput(_("请填写删除理由"), field="reason")
    if item.state == ItemState.APPROVED:
        takedown.withdraw_item(s, staff, item.id, reason.strip())
    revisions = select(Revision.id).where(Revision.item_id == item.id)
    for stage in s.scalars(
        select(ReviewLevel).where(ReviewLevel.revision_id.in_(revisions), ReviewLevel.closed_at.is_(None))
    ):
        stage.closed_at = clock.now()
    for asset in s.scalars(select(Asset).where(Asset.item_id == item.id, Asset.erased_at.is_(None))).all():
        media.erase(s, asset, staff)
    item.level, item.deleted_at = 0, clock.now()
    # What is over already stays what it was: rejected, or withdrawn.
    moves.moved(item, None if item.state in moves.FINAL else ItemState.WITHDRAWN)
    audit.append(s, staff, AuditAction.ITEM_DELETE, f"item:{item.id}", note=reason.strip()[:400])
    return item
