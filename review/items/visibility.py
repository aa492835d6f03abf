"""Which items a person may see: roles open a page, the department and the authorship open the item on it.

What may not be seen is answered like what does not exist, so that addresses cannot be used to ask.
"""

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import Session

from yiyuan.codes import ItemState
from yiyuan.errors import Missing
from yiyuan.i18n import _
from yiyuan.models import Item, Revision, Staff, Track
from yiyuan.staff.permissions import Action, may


def item_filter(staff: Staff) -> ColumnElement[bool]:
    """The items a person may see, as a condition on Item."""
    if may(staff, Action.read_any_item):
        return true()
    seen: list[ColumnElement[bool]] = [Item.author_id == staff.id]
    if may(staff, Action.read_department_item) and staff.department:
        seen.append((Item.department == staff.department) & (Item.state != ItemState.DRAFT))
    if may(staff, Action.read_approved_item):
        seen.append(Item.state.in_((ItemState.APPROVED, ItemState.WITHDRAWN)))
    return or_(false(), *seen)


def item_of(s: Session, staff: Staff, item_id: int) -> Item:
    """The item; Missing when there is none or it is not for this person."""
    item = s.scalar(select(Item).where(Item.id == item_id, Item.deleted_at.is_(None), item_filter(staff)))
    if item is None:
        raise Missing(_("没有这篇稿件，或它不属于您的科室"))
    return item


def revision_of(s: Session, item: Item, number: int | None = None) -> Revision:
    """The current revision of an item, or the numbered one."""
    wanted = number or item.revision_number
    revision = s.scalar(select(Revision).where(Revision.item_id == item.id, Revision.number == wanted))
    if revision is None:
        raise Missing(_("没有第 {number} 版").format(number=wanted))
    return revision


def tracks(s: Session, revision: Revision) -> list[Track]:
    """The face tracks of a revision, by number."""
    return list(s.scalars(select(Track).where(Track.revision_id == revision.id).order_by(Track.number)))


def track_of(s: Session, staff: Staff, track_id: int) -> tuple[Item, Track]:
    """A face track of an item the person may see."""
    track = s.get(Track, track_id)
    revision = s.get(Revision, track.revision_id) if track else None
    if track is None or revision is None:
        raise Missing(_("没有这张人脸"))
    return item_of(s, staff, revision.item_id), track
