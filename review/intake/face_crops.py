"""Crops along each face track, sealed, for the sheet on which a person decides doubts."""

from sqlalchemy import select

from privacy.api import Detection, Source, Strip, face_crops
from review.intake.lease import IntakeLease
from yiyuan.codes import AssetRole
from yiyuan.db.session import transaction
from yiyuan.models import Asset, Track
from yiyuan.storage import blob_store, media

ROLE = AssetRole.STRIP


def keep(held: IntakeLease, original: Asset, found: Detection) -> None:
    """Cut and save the crops of an original's tracks, once."""
    with transaction(read_only=True) as s:
        bare = select(Track.id).where(Track.revision_id == held.revision_id, Track.asset_id == original.id)
        if s.scalar(bare.where(Track.strip_id.is_(None)).limit(1)) is None:
            return
    strips = face_crops.strips(Source.of_asset(original), found)
    sealed: list[tuple[Strip, Asset]] = []
    try:
        sealed += [(strip, _seal(strip)) for strip in strips]
        _save(held, original, found, sealed)
    except BaseException:
        for _strip, asset in sealed:
            blob_store.remove(asset.blob)
        raise


def _seal(strip: Strip) -> Asset:
    name = f"strip-{strip.number}.jpg"
    return media.seal_stream(strip.jpeg, role=ROLE, filename=name, media_type="image/jpeg")


def _save(held: IntakeLease, original: Asset, found: Detection, sealed: list[tuple[Strip, Asset]]) -> None:
    ends = {track.number: track for track in found.tracks}
    with held.saving() as (s, item, revision):
        query = select(Track).where(Track.revision_id == revision.id, Track.asset_id == original.id)
        rows = {track.number: track for track in s.scalars(query)}
        for strip, asset in sealed:
            asset.item_id, asset.revision_id, asset.source_id = item.id, revision.id, original.id
            s.add(asset)
            s.flush()
            track, seen = rows[strip.number], ends[strip.number]
            track.strip_id = asset.id
            track.strip = [
                {"s": _seconds(seen.first_seconds, seen.last_seconds, seen.first_frame, seen.last_frame, f)}
                for f in strip.frames
            ]


def _seconds(first: float, last: float, first_frame: int, last_frame: int, frame: int) -> float:
    """When a frame between the ends of a track is shown, as if the frames between them lasted equally long."""
    share = (frame - first_frame) / max(1, last_frame - first_frame)
    return round(first + (last - first) * share, 3)
