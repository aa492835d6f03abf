"""Items in `naming` as the pages of redaction show them: a film with its original, pictures with theirs."""

import io
from typing import Any

from PIL import Image
from sqlalchemy import select

from privacy.api import Box, Detection, FaceTrack, Probe, ScreenHit
from review.items import lookup
from review.redaction import decisions as redaction_decisions
from review.redaction.findings import attachment_field
from tests.support.console import HEIGHT, SECONDS, WIDTH, World, clip, picture
from yiyuan.codes import AssetRole, SpeechCheck
from yiyuan.db.session import transaction
from yiyuan.models import Finding, Track
from yiyuan.storage import media

FACE, WORDS = Box(30, 40, 70, 110), Box(200, 140, 100, 30)


def multipage_picture(form: str, pages: int) -> bytes:
    target = io.BytesIO()
    shown = [Image.open(io.BytesIO(picture())).rotate(180 * (page % 2)) for page in range(pages)]
    shown[0].save(
        target, form, save_all=True, append_images=shown[1:], **({"resolution": 150} if form == "PDF" else {})
    )
    return target.getvalue()


def _detection(form: str, pages: int, number: int, page: int) -> Detection:
    probe = Probe(form, form, None, 0.0, pages, WIDTH, HEIGHT, 0.0, has_audio=False, has_subtitles=False)
    boxes = [(at, FACE) for at in ([page] if form == "pdf" else range(pages))]
    first, last = boxes[0][0], boxes[-1][0]
    face = FaceTrack(number, first, last, float(first), float(last), 0.6, "侧脸，请看清", False, boxes, b"png")
    words = ScreenHit("name", "张●●", float(page), float(page), WORDS, page, page, [(page, WORDS)])
    return Detection(probe, pages, [face], [words], [], False, "strict", {}, speech=SpeechCheck.SILENT)


def attach_redacted(
    world: World, item_id: int, content: bytes, media_type: str, form: str, pages: int = 1, page: int = 0
) -> int:
    """Attach a picture as the intake leaves it: sealed, looked at, copied; returns the id of the original."""
    with transaction() as s:
        revision = lookup.revision(s, lookup.item(s, item_id))
        owner: dict[str, Any] = {"item_id": item_id, "revision_id": revision.id}
        original = media.store_sealed(s, content, role=AssetRole.ATTACHMENT, **owner)
        original.width, original.height, original.frames, original.seconds = WIDTH, HEIGHT, pages, pages - 1.0
        number = len(list(s.scalars(select(Track).where(Track.revision_id == revision.id)))) + 1
        found = _detection(form, pages, number, page)
        looked = media.store_sealed(s, found.to_bytes(), role=AssetRole.LOOKED, **owner)
        looked.source_id = original.id
        face = found.tracks[0]
        s.add(
            Track(
                revision_id=revision.id, asset_id=original.id, number=number, first_frame=face.first_frame,
                last_frame=face.last_frame, first_seconds=face.first_seconds, last_seconds=face.last_seconds,
                score=face.score, doubt=face.doubt, boxes=[],
            )
        )  # fmt: skip
        place = {"revision_id": revision.id, "field": attachment_field(original), "severity": "info"}
        s.add(
            Finding(
                checker="privacy", rule="screen.name", title="画面中的姓名已遮盖", disposition="redacted",
                excerpt="张●●", suggestion=f"附件 1 第 {page + 1} 页（帧）", detection_index=0, **place,
            )
        )  # fmt: skip
        s.flush()
        media.store_derived(
            s, content, role=AssetRole.ATTACHMENT, media_type=media_type, source_id=original.id, width=WIDTH,
            height=HEIGHT, frames=pages, profile=redaction_decisions.of(s, revision, original).profile(looked), **owner,
        )  # fmt: skip
        return original.id


def item_with_pictures(world: World) -> tuple[int, int, int]:
    """An item in `naming` with a photograph and a PDF of three pages; ids of the item and the two originals."""
    item_id = world.naming()
    photo = attach_redacted(world, item_id, picture(), "image/jpeg", "jpeg")
    return (
        item_id,
        photo,
        attach_redacted(world, item_id, multipage_picture("PDF", 3), "application/pdf", "pdf", pages=3, page=1),
    )


def item_with_film(world: World) -> int:
    """An item in `naming` with its sealed original and the crops along its tracks."""
    item_id = world.naming()
    with transaction() as s:
        revision = lookup.revision(s, lookup.item(s, item_id))
        owner: dict[str, Any] = {"item_id": item_id, "revision_id": revision.id}
        original = media.store_sealed(s, clip(), role=AssetRole.VIDEO, media_type="video/mp4", **owner)
        original.width, original.height, original.seconds = WIDTH, HEIGHT, float(SECONDS)
        media.store_sealed(s, b"found", role=AssetRole.DETECTION, **owner)
        for track in s.scalars(select(Track).where(Track.revision_id == revision.id)):
            strip = media.store_sealed(s, b"\xff\xd8 crops", role=AssetRole.STRIP, media_type="image/jpeg", **owner)
            track.asset_id, track.strip_id, track.strip = original.id, strip.id, [{"s": 0.5}, {"s": 1.5}]
    return item_id
