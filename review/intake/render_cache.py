"""What a desensitised film remembers of itself, so that the next one encodes only what changed; and what was done."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from privacy.api import PreviousRender, Rendering, VideoReport
from review.items import lookup
from yiyuan import audit
from yiyuan.codes import AssetKind, AssetRole, AuditAction
from yiyuan.models import Asset, AuditEntry, Item, Revision
from yiyuan.storage import blob_store, media

log = structlog.get_logger()
#: Role of the sealed memory of a film, and the audit entry that tells what was encoded.
ENTRY = AuditAction.FILM_MAKE


def former(s: Session, revision: Revision) -> PreviousRender | None:
    """The film at hand with what it remembers; None: there is none or it cannot be read, the whole film is encoded."""
    film, rendering = (
        lookup.asset(s, revision, AssetRole.VIDEO, AssetKind.DERIVED),
        lookup.asset(s, revision, AssetRole.MADE, AssetKind.ORIGINAL),
    )
    if film is None or rendering is None:
        return None
    try:
        with media.open_asset(rendering) as stream:
            return PreviousRender(str(media.derived_path(film)), Rendering.from_bytes(stream.read()))
    except (OSError, ValueError, zlib.error) as error:
        log.warning("film_memory_unreadable", revision=revision.id, asset=rendering.id, kind=type(error).__name__)
        return None


@contextmanager
def remembered(report: VideoReport) -> Iterator[Asset | None]:
    """What a new film remembers, sealed, not yet a row; None when it cannot be taken over. Removed on an error."""
    if report.rendering is None:
        yield None
        return
    asset = media.seal_stream(report.rendering.to_bytes(), role=AssetRole.MADE, filename="made.json.z")
    try:
        yield asset
    except BaseException:
        blob_store.remove(asset.blob)
        raise


def keep(s: Session, item: Item, revision: Revision, rendering: Asset | None, report: VideoReport) -> None:
    """Keep the memory of the film that was just made instead of the last one's, and write down what was encoded."""
    query = select(Asset).where(
        Asset.revision_id == revision.id, Asset.role == AssetRole.MADE, Asset.erased_at.is_(None)
    )
    for old in s.scalars(query).all():
        media.erase(s, old, None)
    if rendering is not None:
        rendering.item_id, rendering.revision_id = item.id, revision.id
        film = lookup.video(s, revision)
        rendering.source_id = film.id if film else None
        s.add(rendering)
    work = report.work
    if work is not None:
        detail = {"revision": revision.id, "groups": work.of, "encoded": len(work.groups), "frames": work.frames}
        audit.append(s, None, ENTRY, f"item:{item.id}", detail | {"sound": work.sound}, note=work.why)
    s.flush()


def last(s: Session, item: Item, revision: Revision) -> AuditEntry | None:
    """The entry about the film that was made last for a revision."""
    query = (
        select(AuditEntry)
        .where(AuditEntry.subject == f"item:{item.id}", AuditEntry.action == ENTRY)
        .order_by(AuditEntry.number.desc())
    )
    return next((entry for entry in s.scalars(query.limit(50)) if entry.detail.get("revision") == revision.id), None)
