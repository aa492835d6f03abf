"""The pictures an article shows: made of the desensitised copies of attachments, in a form 公众号 takes.

Jpg and png under 1 MB go through uploadimg; an animation goes as gif through the material library (10 MB). A webp
becomes one of these, a PDF one picture for each page. They are rows of the revision, so the signatures stand for them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels import registry
from channels.capabilities import Capabilities
from privacy.api import Picture, Source, copies
from review.intake import video_stage
from review.intake.lease import IntakeLease
from yiyuan.codes import AssetKind, AssetRole
from yiyuan.db.session import transaction
from yiyuan.models import Asset
from yiyuan.storage import media

ROLE = AssetRole.INSET
#: Pages of one PDF that an article shows; it says so when there are more.
MOST = 20
#: Media type of a picture an article shows -> suffix.
FORMS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif"}


@dataclass(frozen=True)
class _Made:
    picture: Picture
    media_type: str


def of(s: Session, original: Asset) -> list[Asset]:
    """The pictures of one attachment in the order of its pages; none before the intake made them."""
    query = select(Asset).where(Asset.revision_id == original.revision_id, Asset.source_id == original.id)
    query = query.where(Asset.role == ROLE, Asset.kind == AssetKind.DERIVED, Asset.erased_at.is_(None))
    return list(s.scalars(query.order_by(Asset.id)))


def keep(held: IntakeLease, original: Asset, copy: Asset) -> None:
    """Make the pictures of a copy, once; those of an earlier copy are erased."""
    mark = f"inset-{copy.sha256[:32]}"
    with transaction(read_only=True) as s:
        if {asset.profile for asset in of(s, original)} == {mark}:
            return
    pictures = [(picture, media.keep_derived(picture.picture.content)) for picture in _pictures(copy)]
    with held.saving() as (s, _item, revision):
        before = of(s, original)
        for picture, kept in pictures:
            name = f"inset.{FORMS[picture.media_type]}"
            row = video_stage.derived_row(
                revision, original, kept, role=ROLE, media_type=picture.media_type, filename=name
            )
            row.profile, row.width, row.height = mark, picture.picture.width, picture.picture.height
            s.add(row)
            s.flush()
        for old in before:
            media.erase(s, old, None)


def _pictures(copy: Asset) -> Iterator[_Made]:
    if copy.media_type == copies.PDF:
        yield from (_still(copy, index) for index in range(min(copy.frames or 1, MOST)))
        return
    yield _as_it_is(copy) or _animation(copy) or _still(copy, 0)


def _as_it_is(copy: Asset) -> _Made | None:
    """The copy itself when the platform takes it."""
    animated = copy.media_type == "image/gif" and (copy.frames or 1) > 1
    fits = copy.media_type in ("image/jpeg", "image/png") and copy.size < _limit()
    if not fits and not (animated and copy.size <= _animation_limit()):
        return None
    with media.open_asset(copy) as file:
        return _Made(Picture(file.read(), copy.width or 0, copy.height or 0), copy.media_type)


def _animation(copy: Asset) -> _Made | None:
    """An animated webp as a gif; None for a still, or when it comes out too large: its first picture stands for it."""
    if copy.media_type != "image/webp" or (copy.frames or 1) < 2:
        return None
    gif = copies.as_gif(Source.of_asset(copy))
    return _Made(gif, "image/gif") if len(gif.content) <= _animation_limit() else None


def _still(copy: Asset, index: int) -> _Made:
    """A JPEG of a page or frame below the platform's limit."""
    limit = _limit()
    return _Made(copies.page_below(Source.of_asset(copy), copy.media_type, index, limit), "image/jpeg")


def _article_rows() -> list[Capabilities]:
    return [row for row in registry.all_capabilities().values() if row.article_only]


def _limit() -> int:
    """The strictest limit of a picture in the text: one set of pictures serves every platform that takes articles."""
    return min(row.max_image_bytes for row in _article_rows() if row.max_image_bytes is not None)


def _animation_limit() -> int:
    """The strictest limit of the material libraries for any picture."""
    return min(row.max_cover_bytes for row in _article_rows() if row.max_cover_bytes is not None)
