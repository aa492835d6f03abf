"""Which things a person may see: roles open a page, the department and the authorship open the thing on it.

What may not be seen is answered like what does not exist, so that addresses cannot be used to ask.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from review.intake.article_images import ROLE as INSET
from review.items.attached_files import FORMS
from review.items.attached_files import ROLE as ATTACHMENT
from review.items.visibility import item_filter, item_of
from yiyuan.codes import AssetKind, AssetRole
from yiyuan.errors import Missing
from yiyuan.i18n import _
from yiyuan.models import Asset, Event, Item, Post, Staff


def post_of(s: Session, staff: Staff, post_id: int) -> Post:
    """The post of an item the person may see."""
    post = s.scalar(select(Post).join(Item, Item.id == Post.item_id).where(Post.id == post_id, item_filter(staff)))
    if post is None:
        raise Missing(_("没有这张发布单，或它不属于您的科室"))
    return post


def event_of(s: Session, event_id: int) -> Event:
    """The event; events concern the whole hospital."""
    event = s.get(Event, event_id)
    if event is None:
        raise Missing(_("没有这个舆情事件"))
    return event


#: Roles of derived assets that people may see, with the only media type they are served as.
SERVED = {AssetRole.VIDEO: ("video/mp4", "mp4"), AssetRole.COVER: ("image/jpeg", "jpg")}
#: Files of a hand-off, served by the page of their post only.
HANDED = {AssetRole.PROOF: ("image/jpeg", "jpg"), AssetRole.PACK: ("application/zip", "zip")}


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
    shown = asset is not None and asset.kind == AssetKind.DERIVED and asset.role not in HANDED
    servable = shown and asset is not None and served_as(asset) is not None
    if asset is None or not servable or asset.item_id is None or asset.erased_at:
        raise Missing(_("没有这个素材"))
    item_of(s, staff, asset.item_id)
    return asset
