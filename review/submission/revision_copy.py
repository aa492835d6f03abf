"""Copying a revision under a new number: same content, no signature."""

from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from yiyuan import clock
from yiyuan.codes import AssetRole, DecisionVerdict
from yiyuan.i18n import _
from yiyuan.models import (
    Asset,
    Base,
    Decision,
    IdentifierChoice,
    Item,
    MaskBox,
    Revision,
    Staff,
    Track,
    TrackConsent,
    VoiceChange,
)

#: What a new revision brings along: uploads, and what the intake made of them, so that it need not be made again.
CARRIED = frozenset(AssetRole) - {AssetRole.TEXTS, AssetRole.PACK, AssetRole.PROOF}


def _values(row: Base, *, without: tuple[str, ...]) -> dict[str, Any]:
    mapper = inspect(type(row))
    return {c.key: getattr(row, c.key) for c in mapper.column_attrs if c.key not in ("id", *without)}


def copy_revision(s: Session, item: Item, old: Revision, editor: Staff) -> Revision:
    """A new, unfrozen revision with the old one's media, faces and their namings.

    Everybody who edited the old one stays an editor (the content carries their work on), `editor` becomes the last.
    """
    returned = select(Decision).where(Decision.revision_id == old.id, Decision.verdict == DecisionVerdict.RETURN)
    decision = s.scalar(returned)
    new = Revision(
        item_id=item.id,
        number=item.revision_number + 1,
        editors=[*(i for i in old.editors if i != editor.id), editor.id],
        return_reason=decision.reason if decision else _("作者修改"),
        created_at=clock.now(),
    )
    s.add(new)
    new.declared = dict(old.declared)
    s.flush()
    assets = _copy_assets(s, old, new)
    _copy_tracks(s, old, new, assets)
    _copy_decisions(s, old, new, assets)
    return new


def _copy_assets(s: Session, old: Revision, new: Revision) -> dict[int, int]:
    """Rows that name the same blobs; returns {old id: new id}."""
    query = select(Asset).where(Asset.revision_id == old.id, Asset.role.in_(CARRIED), Asset.erased_at.is_(None))
    ids: dict[int, int] = {}
    # Originals come first, so that a derived copy finds the copy of its source.
    for asset in s.scalars(query.order_by(Asset.source_id.is_not(None), Asset.id)):
        copy = Asset(**_values(asset, without=("revision_id", "source_id")), revision_id=new.id)
        copy.source_id = ids.get(asset.source_id or 0)
        s.add(copy)
        s.flush()
        ids[asset.id] = copy.id
    return ids


def _copy_tracks(s: Session, old: Revision, new: Revision, assets: dict[int, int]) -> None:
    for track in s.scalars(select(Track).where(Track.revision_id == old.id).order_by(Track.number)):
        values = _values(track, without=("revision_id", "asset_id", "face_id", "strip_id"))
        copy = Track(**values, revision_id=new.id, asset_id=assets[track.asset_id])
        copy.face_id, copy.strip_id = assets.get(track.face_id or 0), assets.get(track.strip_id or 0)
        s.add(copy)
        s.flush()
        consent = s.get(TrackConsent, track.id)
        if consent is not None:
            s.add(TrackConsent(track_id=copy.id, consent_id=consent.consent_id))
    s.flush()


def _copy_decisions(s: Session, old: Revision, new: Revision, assets: dict[int, int]) -> None:
    """Boxes that stand, choices and changed voices, with those who made them.

    Who edits a text loses the choices on it (`choices.forget_changed`).
    """
    drawn = select(MaskBox).where(MaskBox.revision_id == old.id, MaskBox.removed_at.is_(None))
    for mask in s.scalars(drawn.order_by(MaskBox.id)):
        values = _values(mask, without=("revision_id", "asset_id"))
        s.add(MaskBox(**values, revision_id=new.id, asset_id=assets[mask.asset_id]))
    for model in (IdentifierChoice, VoiceChange):
        for row in s.scalars(select(model).where(model.revision_id == old.id).order_by(model.id)):
            s.add(model(**_values(row, without=("revision_id",)), revision_id=new.id))
    s.flush()
