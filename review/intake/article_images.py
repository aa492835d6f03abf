"""The pictures an article shows: made of the desensitised copies of attachments, in a form 公众号 takes.

Jpg and png under 1 MB go through uploadimg; an animation goes as gif through the material library (10 MB). A webp
becomes one of these, a PDF one picture for each page. They are rows of the revision, so the signatures stand for them.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass

import PIL.Image
from PIL import ImageSequence
from sqlalchemy import select
from sqlalchemy.orm import Session

from channels import registry
from channels.capabilities import Capabilities
from review.intake import page_images, video_stage
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
_QUALITIES = (88, 75, 60)
_SMALLEST = 64


@dataclass(frozen=True)
class _Made:
    content: bytes
    media_type: str
    width: int
    height: int


def of(s: Session, original: Asset) -> list[Asset]:
    """The pictures of one attachment in the order of its pages; none before the intake made them."""
    mine = select(Asset).where(Asset.revision_id == original.revision_id, Asset.source_id == original.id)
    mine = mine.where(Asset.role == ROLE, Asset.kind == AssetKind.DERIVED, Asset.erased_at.is_(None))
    return list(s.scalars(mine.order_by(Asset.id)))


def keep(held: IntakeLease, original: Asset, copy: Asset) -> None:
    """Make the pictures of a copy, once; those of an earlier copy are erased."""
    mark = f"inset-{copy.sha256[:32]}"
    with transaction(read_only=True) as s:
        if {one.profile for one in of(s, original)} == {mark}:
            return
    made = [(one, media.keep_derived(one.content)) for one in _pictures(copy)]
    with held.saving() as (s, _item, revision):
        before = of(s, original)
        for one, kept in made:
            name = f"inset.{FORMS[one.media_type]}"
            row = video_stage.derived_row(revision, original, kept, role=ROLE, media_type=one.media_type, filename=name)
            row.profile, row.width, row.height = mark, one.width, one.height
            s.add(row)
            s.flush()
        for old in before:
            media.erase(s, old, None)


def _pictures(copy: Asset) -> Iterator[_Made]:
    if copy.media_type == page_images.PDF:
        yield from (_still(page_images.picture(copy, index)) for index in range(min(copy.frames or 1, MOST)))
        return
    yield _as_it_is(copy) or _animation(copy) or _still(page_images.picture(copy, 0))


def _as_it_is(copy: Asset) -> _Made | None:
    """The copy itself when the platform takes it."""
    animated = copy.media_type == "image/gif" and (copy.frames or 1) > 1
    fits = copy.media_type in ("image/jpeg", "image/png") and copy.size < _limit()
    if not fits and not (animated and copy.size <= _animation_limit()):
        return None
    with media.open_asset(copy) as file:
        return _Made(file.read(), copy.media_type, copy.width or 0, copy.height or 0)


def _animation(copy: Asset) -> _Made | None:
    """An animated webp as a gif; None for a still, or when it comes out too large: its first picture stands for it."""
    if copy.media_type != "image/webp" or (copy.frames or 1) < 2:
        return None
    with media.open_asset(copy) as file, PIL.Image.open(file) as opened:
        frames, times = [], []
        for frame in ImageSequence.Iterator(opened):
            frame.load()  # webp knows how long a frame is shown only then
            frames.append(frame.convert("RGB"))
            times.append(int(frame.info.get("duration", 100)))
        loop = int(opened.info.get("loop", 0))
    packed = io.BytesIO()
    frames[0].save(packed, "GIF", save_all=True, append_images=frames[1:], duration=times, loop=loop)
    content = packed.getvalue()
    return _Made(content, "image/gif", *frames[0].size) if len(content) <= _animation_limit() else None


def _still(image: PIL.Image.Image) -> _Made:
    """A JPEG below the platform's limit: less quality first, then fewer pixels."""
    while True:
        for quality in _QUALITIES:
            content = page_images.jpeg(image, quality)
            if len(content) < _limit() or max(image.size) <= _SMALLEST:
                return _Made(content, "image/jpeg", *image.size)
        image = image.resize((max(1, image.width * 3 // 4), max(1, image.height * 3 // 4)))


def _article_rows() -> list[Capabilities]:
    return [row for row in registry.all_capabilities().values() if row.article_only]


def _limit() -> int:
    """The strictest limit of a picture in the text: one set of pictures serves every platform that takes articles."""
    return min(row.max_image_bytes for row in _article_rows() if row.max_image_bytes is not None)


def _animation_limit() -> int:
    """The strictest limit of the material libraries for any picture."""
    return min(row.max_cover_bytes for row in _article_rows() if row.max_cover_bytes is not None)
