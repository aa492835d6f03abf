"""The video stages of the intake. Each saves its result at once, so that a re-run after a kill goes on from there."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from privacy.api import Detection, FaceTrack, Progress, Source, VideoReport, copies, parse_subtitles, spoken_text, video
from review.intake import face_crops, render_cache
from review.intake.lease import IntakeLease
from review.items import lookup, originals
from review.redaction import decisions as redaction_decisions
from review.redaction import text as text_redaction
from review.redaction.decisions import RedactionDecisions
from yiyuan import clock
from yiyuan.codes import AssetKind, AssetRole, SpeechCheck
from yiyuan.db.session import transaction
from yiyuan.models import Asset, Revision, Track, Variant
from yiyuan.storage import blob_store, media

#: Boxes of a track that are kept as rows; all of them are in the sealed detection.
KEY_BOXES = 24


def probe(held: IntakeLease, original: Asset) -> None:
    """Read the whole file once; BadInput when it is no video we can take."""
    if original.seconds is not None:
        return
    seen = video.probe(Source.of_asset(original))
    with held.saving() as (s, _item, _revision):
        asset = s.get_one(Asset, original.id)
        asset.seconds, asset.width, asset.height, asset.frames = seen.seconds, seen.width, seen.height, seen.frames


def detection(held: IntakeLease, original: Asset, progress: Progress) -> Detection:
    """Faces and on-screen identifiers: the saved ones, or found now and saved sealed with their tracks."""
    with transaction(read_only=True) as s:
        revision = s.get_one(Revision, held.revision_id)
        saved = lookup.asset(s, revision, AssetRole.DETECTION, AssetKind.ORIGINAL)
        allow = text_redaction.allowed(s, originals.opened(s, revision))
        subtitles = text_redaction.timed_subtitles(s, revision)
    if saved is not None:
        with media.open_asset(saved) as stream:
            found = Detection.from_bytes(stream.read())
    else:
        found = video.detect(Source.of_asset(original), progress=progress, allow=allow)
        save_detection(held, original, found)
    face_crops.keep(held, original, found)
    # With what the uploaded subtitles show to be said; they may come after the detection, which is kept.
    if not subtitles or not found.probe.has_audio:
        return found
    return replace(found, speech=SpeechCheck.SUBTITLED, spoken=spoken_text(parse_subtitles(subtitles), allow=allow))


def save_detection(held: IntakeLease, original: Asset, found: Detection, role: AssetRole = AssetRole.DETECTION) -> None:
    """Keep what was found in an original, sealed, with a row and a sealed crop for each face."""
    sealed: list[Asset] = []
    try:
        sealed.append(media.seal_stream(found.to_bytes(), role=role, filename="detection.json.z"))
        sealed += [
            media.seal_stream(
                track.face_png, role=AssetRole.FACE, filename=f"face-{track.number}.png", media_type="image/png"
            )
            for track in found.tracks
        ]
        with held.saving() as (s, item, revision):
            for asset in sealed:
                asset.item_id, asset.revision_id, asset.source_id = item.id, revision.id, original.id
            s.add_all(sealed)
            s.flush()
            s.add_all(
                _track(track, revision, original, face) for track, face in zip(found.tracks, sealed[1:], strict=True)
            )
    except BaseException:
        for asset in sealed:
            blob_store.remove(asset.blob)
        raise


def _track(track: FaceTrack, revision: Revision, original: Asset, face: Asset) -> Track:
    every = max(1, len(track.boxes) // KEY_BOXES)
    return Track(
        revision_id=revision.id,
        asset_id=original.id,
        number=track.number,
        first_frame=track.first_frame,
        last_frame=track.last_frame,
        first_seconds=track.first_seconds,
        last_seconds=track.last_seconds,
        score=track.score,
        doubt=track.doubt,
        proposed=track.proposed,
        boxes=[{"f": frame, "x": box.x, "y": box.y, "w": box.w, "h": box.h} for frame, box in track.boxes[::every]],
        face_id=face.id,
    )


def derived(held: IntakeLease, original: Asset, found: Detection, progress: Progress) -> None:
    """The desensitised video and its cover, unless the ones at hand were made by the decisions as they stand.

    Made from the saved detection and the film as it was made last: nothing is detected again, and only stretches that
    are covered otherwise than in that film are encoded. It stays until the new one is verified and kept.
    """
    with transaction(read_only=True) as s:
        revision = s.get_one(Revision, held.revision_id)
        stale, wanted = redaction_decisions.film_outdated(s, revision), redaction_decisions.of(s, revision, original)
        former = render_cache.former(s, revision)
    if not stale:
        return
    target = blob_store.work_folder() / f"render-{held.revision_id}-{held.attempt}.mp4"
    try:
        report = video.render(Source.of_asset(original), found, wanted.render, target, former=former, progress=progress)
        picture = media.keep_derived(copies.cover(target))
        film = media.keep_derived(target)
    finally:
        target.unlink(missing_ok=True)
    _save(held, original, wanted, report, film, picture)


def _save(
    held: IntakeLease,
    original: Asset,
    wanted: RedactionDecisions,
    report: VideoReport,
    film: tuple[str, str, int],
    picture: tuple[str, str, int],
) -> None:
    with render_cache.remembered(report) as memory, held.saving() as (s, item, revision):
        row = derived_row(revision, original, film, role=AssetRole.VIDEO, media_type="video/mp4", filename="video.mp4")
        row.width, row.height = original.width, original.height
        sealed = lookup.asset(s, revision, AssetRole.DETECTION, AssetKind.ORIGINAL)
        assert sealed is not None, "saved by the stage before, in this very run"
        row.profile = wanted.profile(sealed)
        row.frames, row.seconds = report.verified.frames_out, report.verified.seconds_out
        still = derived_row(
            revision, original, picture, role=AssetRole.COVER, media_type="image/jpeg", filename="cover.jpg"
        )
        s.add_all([row, still])
        s.flush()
        _forget_others(s, revision, {row.id, still.id})
        render_cache.keep(s, item, revision, memory, report)


def derived_row(
    revision: Revision, original: Asset, kept: tuple[str, str, int], *, role: AssetRole, media_type: str, filename: str
) -> Asset:
    """The row of a desensitised file that is in the store (kept: sha256, blob, size)."""
    sha256, blob, size = kept
    return Asset(
        kind=AssetKind.DERIVED,
        role=role,
        sha256=sha256,
        blob=blob,
        size=size,
        media_type=media_type,
        filename=filename,
        item_id=revision.item_id,
        revision_id=revision.id,
        source_id=original.id,
        created_at=clock.now(),
    )


def _forget_others(s: Session, revision: Revision, but: set[int]) -> None:
    """Erase what was rendered for other namings; the new rows are there already, so shared bytes stay."""
    for variant in s.scalars(select(Variant).where(Variant.revision_id == revision.id)):
        variant.video_id = variant.cover_id = None
    query = select(Asset).where(
        Asset.revision_id == revision.id, Asset.kind == AssetKind.DERIVED, Asset.erased_at.is_(None)
    )
    for asset in s.scalars(query.where(Asset.role.in_((AssetRole.VIDEO, AssetRole.COVER)))).all():
        if asset.id not in but:
            media.erase(s, asset, None)
    s.flush()
