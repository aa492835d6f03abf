"""Pictures and PDF attached to an item: the same eyes, the same decisions, one desensitised copy for each original."""

from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from privacy import image
from privacy.jobs import Progress
from privacy.results import Detection, FaceTrack
from privacy.source import Source
from review import covering, filming, insets, originals, redacting, sights
from review.lease import Held
from yiyuan import blobs, media
from yiyuan.models import Asset, Revision, Track
from yiyuan.store import transaction

ROLE, FOUND = "attachment", "looked"
#: What a copy is served as: the forms that `privacy.stills` opens.
FORMS = {
    "jpeg": ("image/jpeg", "jpg"),
    "png": ("image/png", "png"),
    "gif": ("image/gif", "gif"),
    "webp": ("image/webp", "webp"),
    "pdf": ("application/pdf", "pdf"),
}


def attached(s: Session, revision: Revision) -> list[Asset]:
    """The originals, oldest first."""
    mine = select(Asset).where(Asset.revision_id == revision.id, Asset.role == ROLE, Asset.kind == "original")
    return list(s.scalars(mine.where(Asset.erased_at.is_(None)).order_by(Asset.id)))


def _made_from(s: Session, original: Asset, role: str, kind: str) -> Asset | None:
    mine = select(Asset).where(Asset.revision_id == original.revision_id, Asset.source_id == original.id)
    mine = mine.where(Asset.role == role, Asset.kind == kind, Asset.erased_at.is_(None))
    return s.scalar(mine.order_by(Asset.id.desc()).limit(1))


def found_in(s: Session, original: Asset) -> Detection | None:
    """What was found in an original; None when nobody has looked yet."""
    sealed = _made_from(s, original, FOUND, "original")
    if sealed is None:
        return None
    with media.open_asset(sealed) as stream:
        return Detection.from_bytes(stream.read())


def copy_of(s: Session, original: Asset) -> Asset | None:
    """The desensitised copy of an original."""
    return _made_from(s, original, ROLE, "derived")


def outdated(s: Session, revision: Revision) -> bool:
    """A copy is missing or was made by other decisions."""
    return any(_is_stale(s, revision, original) for original in attached(s, revision))


def _is_stale(s: Session, revision: Revision, original: Asset) -> bool:
    sealed, made = _made_from(s, original, FOUND, "original"), copy_of(s, original)
    if sealed is None or made is None:
        return True
    return made.profile != covering.of(s, revision, original).profile(sealed)


def work(held: Held, progress: Progress) -> None:
    """Look at every attachment and make its copy; what is done and still right is not done again.

    BadInput when one is no picture or PDF we can take: damaged, encrypted, too many pixels or pages.
    """
    with transaction(read_only=True) as s:
        revision = s.get_one(Revision, held.revision_id)
        todo = attached(s, revision)
        allow = redacting.allowed(s, originals.opened(s, revision))
    for done, original in enumerate(todo):
        found = _look(held, original, allow)
        sights.keep(held, original, found)
        _copy(held, original, found)
        _insets(held, original)
        progress("pictures", (done + 1) / len(todo), None)


def _look(held: Held, original: Asset, allow: list[str]) -> Detection:
    with transaction(read_only=True) as s:
        saved = found_in(s, original)
        most = s.scalar(select(func.max(Track.number)).where(Track.revision_id == held.revision_id)) or 0
    if saved is not None:
        return saved
    found = image.detect(Source.of_asset(original), allow=allow)
    found = replace(found, tracks=[_renumbered(track, most) for track in found.tracks])
    filming.save_detection(held, original, found, role=FOUND)
    with held.saving() as (s, _item, _revision):
        asset = s.get_one(Asset, original.id)
        asset.width, asset.height, asset.frames = found.probe.width, found.probe.height, found.frames
        asset.seconds = float(found.frames - 1)  # boxes on pictures count pages and frames
    return found


def _renumbered(track: FaceTrack, most: int) -> FaceTrack:
    """Numbers are unique in a revision, so that a naming means one face."""
    return replace(track, number=track.number + most)


def _copy(held: Held, original: Asset, found: Detection) -> None:
    with transaction(read_only=True) as s:
        revision = s.get_one(Revision, held.revision_id)
        stale, wanted = _is_stale(s, revision, original), covering.of(s, revision, original)
        sealed = _made_from(s, original, FOUND, "original")
    if not stale:
        return
    assert sealed is not None, "saved by the step before"
    media_type, suffix = FORMS[found.probe.container]
    target = blobs.work_folder() / f"picture-{original.id}-{held.attempt}.{suffix}"
    try:
        image.render(Source.of_asset(original), found, wanted.keep, target, extra=wanted.extra, clear=wanted.clear)
        kept = media.keep_derived(target)
    finally:
        target.unlink(missing_ok=True)
    with held.saving() as (s, _item, revision):
        before = copy_of(s, original)
        made = filming.derived_row(
            revision, original, kept, role=ROLE, media_type=media_type, filename=f"attachment.{suffix}"
        )
        made.profile, made.width, made.height = wanted.profile(sealed), found.probe.width, found.probe.height
        made.frames = found.frames
        s.add(made)
        s.flush()
        if before is not None:
            media.erase(s, before, None)


def _insets(held: Held, original: Asset) -> None:
    with transaction(read_only=True) as s:
        copy = copy_of(s, original)
    assert copy is not None, "made by the step before"
    insets.keep(held, original, copy)
