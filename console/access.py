"""Which things a person may see: roles open a page, the department and the authorship open the thing on it.

What may not be seen is answered like what does not exist, so that addresses cannot be used to ask.
"""

from sqlalchemy import ColumnElement, false, func, or_, select, true
from sqlalchemy.orm import Session

from review.insets import ROLE as INSET
from review.picturing import FORMS
from review.picturing import ROLE as ATTACHMENT
from yiyuan.errors import Missing
from yiyuan.models import Asset, Event, Finding, Item, Post, Revision, Staff, Track
from yiyuan.people import Role
from yiyuan.texts import _

#: Roles whose work is with every department's items.
WHOLE_HOUSE = frozenset({Role.medical_affairs, Role.publicity, Role.leader, Role.auditor})
#: Roles that see their department's items, drafts excepted.
NEAR = frozenset({Role.doctor, Role.reviewer})
#: Roles that see an item once it may go out.
AFTER_APPROVAL = frozenset({Role.operations, Role.crisis_lead})


def item_filter(staff: Staff) -> ColumnElement[bool]:
    """The items a person may see, as a condition on Item."""
    roles = set(staff.roles)
    if roles & WHOLE_HOUSE:
        return true()
    seen: list[ColumnElement[bool]] = [Item.author_id == staff.id]
    if roles & NEAR and staff.department:
        seen.append((Item.department == staff.department) & (Item.state != "draft"))
    if roles & AFTER_APPROVAL:
        seen.append(Item.state.in_(("approved", "withdrawn")))
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


def screen_place(s: Session, finding: Finding) -> str:
    """The name that a choice on this identifier on screen goes by: findings stand in the order of the detection."""
    mine = (Finding.revision_id == finding.revision_id, Finding.field == finding.field, Finding.id < finding.id)
    before = s.scalar(select(func.count()).where(*mine, Finding.rule.startswith("screen."))) or 0
    attachment = finding.field.removeprefix("attachment.")
    return f"screen:{before}" if attachment == finding.field else f"screen:{attachment}:{before}"


def post_of(s: Session, staff: Staff, post_id: int) -> Post:
    """The post of an item the person may see."""
    post = s.scalar(select(Post).join(Item, Item.id == Post.item_id).where(Post.id == post_id, item_filter(staff)))
    if post is None:
        raise Missing(_("没有这张发布单，或它不属于您的科室"))
    return post


def event_of(s: Session, event_id: int) -> Event:
    """The event; events concern the whole house."""
    event = s.get(Event, event_id)
    if event is None:
        raise Missing(_("没有这个舆情事件"))
    return event


#: Roles of derived assets that people may see, with the only media type they are served as.
SERVED = {"video": ("video/mp4", "mp4"), "cover": ("image/jpeg", "jpg")}
#: Files of a hand-off, served by the page of their post only.
HANDED = {"proof": ("image/jpeg", "jpg"), "pack": ("application/zip", "zip")}


def served_as(asset: Asset) -> tuple[str, str] | None:
    """Media type and suffix under which a derived asset is served; None: it is not."""
    if asset.role in (ATTACHMENT, INSET):
        return next((form for form in FORMS.values() if form[0] == asset.media_type), None)
    form = SERVED.get(asset.role)
    if form is not None and form[0] != asset.media_type:
        return None
    return form or HANDED.get(asset.role)


def derived_of(s: Session, staff: Staff, asset_id: int) -> Asset:
    """A desensitised asset of an item the person may see; anything else does not exist here."""
    asset = s.get(Asset, asset_id)
    shown = asset is not None and asset.kind == "derived" and asset.role not in HANDED
    servable = shown and asset is not None and served_as(asset) is not None
    if asset is None or not servable or asset.item_id is None or asset.erased_at:
        raise Missing(_("没有这个素材"))
    item_of(s, staff, asset.item_id)
    return asset
