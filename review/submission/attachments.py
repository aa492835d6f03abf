"""Uploads of a revision that is being edited."""

from collections.abc import Iterable
from typing import BinaryIO

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from release.identifier_place import SCREEN, TEXT
from review.items import lookup, originals
from yiyuan import audit, clock
from yiyuan.codes import AssetKind, AssetRole, AuditAction, ItemState
from yiyuan.errors import BadInput, Missing
from yiyuan.i18n import _
from yiyuan.models import (
    Asset,
    IdentifierChoice,
    Item,
    MaskBox,
    Revision,
    Staff,
    Track,
    TrackConsent,
    Variant,
    Verdict,
    VoiceChange,
)
from yiyuan.settings import settings
from yiyuan.storage import media

#: States in which the current revision may be changed in place.
OPEN = (ItemState.DRAFT, ItemState.INTAKE_FAILED)
ATTACHABLE = (AssetRole.VIDEO, AssetRole.SUBTITLES, AssetRole.ATTACHMENT, AssetRole.SCAN)


def attach_video(
    s: Session, item: Item, stream: BinaryIO | Iterable[bytes], filename: str, *, editor: Staff | None = None
) -> Asset:
    """Seal a video as it arrives and attach it. For long uploads call `media.seal_stream` before the transaction

    and `attach` in it: the database has one writer, and an upload takes minutes.
    """
    limit = settings().upload_max_bytes
    asset = media.seal_stream(stream, role=AssetRole.VIDEO, filename=filename, media_type="video/mp4", limit=limit)
    return attach(s, item, asset, editor=editor)


def attach(s: Session, item: Item, asset: Asset, *, editor: Staff | None = None) -> Asset:
    """Attach a sealed upload (role video, subtitles, attachment or scan) to the revision being edited.

    A new video replaces the old one and all that was found in it.
    """
    lookup.require_state(item, OPEN, _("上传素材"))
    if asset.role not in ATTACHABLE or asset.kind != AssetKind.ORIGINAL:
        raise BadInput(_("不支持的素材类型"), field="file")
    if editor is not None:
        originals.require_editor(item, editor, _("编辑稿件"))
    revision = lookup.revision(s, item)
    lookup.require_unfrozen(revision)
    if asset.role == AssetRole.VIDEO:
        forget_video(s, revision)
    if asset.role == AssetRole.SUBTITLES:
        typed = (IdentifierChoice.place_kind == TEXT, IdentifierChoice.field == "subtitles")
        s.execute(delete(IdentifierChoice).where(IdentifierChoice.revision_id == revision.id, *typed))
    if asset.role == AssetRole.ATTACHMENT:
        # BadInput when the same file is attached already: decisions on its identifiers go by its digest.
        query = select(Asset.id).where(
            Asset.revision_id == revision.id, Asset.role == AssetRole.ATTACHMENT, Asset.kind == AssetKind.ORIGINAL
        )
        if s.scalar(query.where(Asset.sha256 == asset.sha256, Asset.erased_at.is_(None)).limit(1)) is not None:
            raise BadInput(_("这个附件已经上传过，无须重复添加"), field="attachment")
    if asset.role != AssetRole.SCAN:
        # Forget who confirmed by eye and ear: what they saw and heard is not what is attached now.
        ticked = update(Verdict).where(Verdict.revision_id == revision.id)
        s.execute(ticked.values(ticked_by=None, ticked_at=None))
    asset.item_id, asset.revision_id = item.id, revision.id
    s.add(asset)
    item.updated_at = clock.now()
    audit.append(s, editor, AuditAction.ASSET_ATTACH, f"item:{item.id}", {"role": asset.role, "sha256": asset.sha256})
    return asset


def detach(s: Session, editor: Staff, item_id: int, asset_id: int) -> None:
    """Take an attached file out of the revision being edited, with all that was found in it."""
    item = lookup.locked(s, item_id)
    lookup.require_state(item, OPEN, _("移除附件"))
    originals.require_editor(item, editor, _("编辑稿件"))
    revision, asset = lookup.revision(s, item), s.get(Asset, asset_id)
    lookup.require_unfrozen(revision)
    query = asset is not None and asset.revision_id == revision.id
    if asset is None or not query or (asset.role, asset.kind) != (AssetRole.ATTACHMENT, AssetKind.ORIGINAL):
        raise Missing(_("没有这个附件"))
    forget_found(s, revision, asset)
    for copy in s.scalars(select(Asset).where(Asset.revision_id == revision.id, Asset.source_id == asset.id)):
        copy.revision_id = None
    asset.revision_id, item.updated_at = None, clock.now()
    audit.append(s, editor, AuditAction.ASSET_DETACH, f"item:{item.id}", {"role": asset.role, "sha256": asset.sha256})


def forget_video(s: Session, revision: Revision) -> None:
    """Detach a revision's video with all that was made from it or decided on it; earlier revisions keep theirs."""
    query = select(Asset).where(Asset.revision_id == revision.id)
    films = list(s.scalars(query.where(Asset.role == AssetRole.VIDEO, Asset.kind == AssetKind.ORIGINAL)))
    for film in films:
        forget_found(s, revision, film)
    s.execute(
        delete(IdentifierChoice).where(
            IdentifierChoice.revision_id == revision.id, IdentifierChoice.place_kind == SCREEN
        )
    )
    s.execute(delete(VoiceChange).where(VoiceChange.revision_id == revision.id))
    for variant in s.scalars(select(Variant).where(Variant.revision_id == revision.id)):
        variant.cover_id = variant.video_id = None
    s.flush()
    for asset in s.scalars(
        query.where(Asset.role.in_((AssetRole.VIDEO, AssetRole.DETECTION, AssetRole.COVER, AssetRole.MADE)))
    ):
        asset.revision_id = None
    s.flush()


def forget_found(s: Session, revision: Revision, original: Asset) -> None:
    """Forget tracks, their crops and drawn boxes of one original that is replaced or taken away."""
    tracks = select(Track.id).where(Track.revision_id == revision.id, Track.asset_id == original.id)
    s.execute(delete(TrackConsent).where(TrackConsent.track_id.in_(tracks)))
    s.execute(delete(Track).where(Track.revision_id == revision.id, Track.asset_id == original.id))
    s.execute(delete(MaskBox).where(MaskBox.revision_id == revision.id, MaskBox.asset_id == original.id))
    crops = select(Asset).where(Asset.revision_id == revision.id, Asset.source_id == original.id)
    for asset in s.scalars(crops.where(Asset.role.in_((AssetRole.FACE, AssetRole.STRIP)))):
        asset.revision_id = None
    s.flush()
