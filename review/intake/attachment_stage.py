"""Pictures and PDF attached to an item: the same eyes, the same decisions, one desensitised copy for each original."""

from dataclasses import replace

from sqlalchemy import func, select

from privacy.api import Detection, Progress, Source, image
from review.intake import article_images, face_crops, video_stage
from review.intake.lease import IntakeLease
from review.items import originals
from review.items.attached_files import FORMS, FOUND, ROLE, attached, copy_of, found_in, made_from
from review.redaction import decisions as redaction_decisions
from review.redaction import text as text_redaction
from review.redaction.attachment_copies import is_stale
from yiyuan.codes import AssetKind, IntakeStage
from yiyuan.db.session import transaction
from yiyuan.models import Asset, Revision, Track
from yiyuan.storage import blob_store, media


def work(held: IntakeLease, progress: Progress) -> None:
    """Look at every attachment and make its copy; what is done and still right is not done again.

    BadInput when one is no picture or PDF we can take: damaged, encrypted, too many pixels or pages.
    """
    with transaction(read_only=True) as s:
        revision = s.get_one(Revision, held.revision_id)
        todo = attached(s, revision)
        allow = text_redaction.allowed(s, originals.opened(s, revision))
    for done, original in enumerate(todo):
        found = _look(held, original, allow)
        face_crops.keep(held, original, found)
        _copy(held, original, found)
        with transaction(read_only=True) as s:
            copy = copy_of(s, original)
        assert copy is not None, "made by the step before"
        article_images.keep(held, original, copy)
        progress(IntakeStage.PICTURES, (done + 1) / len(todo), None)


def _look(held: IntakeLease, original: Asset, allow: list[str]) -> Detection:
    with transaction(read_only=True) as s:
        saved = found_in(s, original)
        most = s.scalar(select(func.max(Track.number)).where(Track.revision_id == held.revision_id)) or 0
    if saved is not None:
        return saved
    found = image.detect(Source.of_asset(original), allow=allow)
    # Numbers are unique in a revision, so that a naming means one face.
    found = replace(found, tracks=[replace(track, number=track.number + most) for track in found.tracks])
    video_stage.save_detection(held, original, found, role=FOUND)
    with held.saving() as (s, _item, _revision):
        asset = s.get_one(Asset, original.id)
        asset.width, asset.height, asset.frames = found.probe.width, found.probe.height, found.frames
        asset.seconds = float(found.frames - 1)  # boxes on pictures count pages and frames
    return found


def _copy(held: IntakeLease, original: Asset, found: Detection) -> None:
    with transaction(read_only=True) as s:
        revision = s.get_one(Revision, held.revision_id)
        stale, wanted = is_stale(s, revision, original), redaction_decisions.of(s, revision, original)
        sealed = made_from(s, original, FOUND, AssetKind.ORIGINAL)
    if not stale:
        return
    assert sealed is not None, "saved by the step before"
    media_type, suffix = FORMS[found.probe.container]
    target = blob_store.work_folder() / f"picture-{original.id}-{held.attempt}.{suffix}"
    try:
        image.render(Source.of_asset(original), found, wanted.render, target)
        kept = media.keep_derived(target)
    finally:
        target.unlink(missing_ok=True)
    with held.saving() as (s, _item, revision):
        before = copy_of(s, original)
        row = video_stage.derived_row(
            revision, original, kept, role=ROLE, media_type=media_type, filename=f"attachment.{suffix}"
        )
        row.profile, row.width, row.height = wanted.profile(sealed), found.probe.width, found.probe.height
        row.frames = found.frames
        s.add(row)
        s.flush()
        if before is not None:
            media.erase(s, before, None)
