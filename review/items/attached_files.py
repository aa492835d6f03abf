"""Pictures and PDF attached to a revision: the originals, what was found in each, the desensitised copies."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from privacy.api import Detection
from yiyuan.codes import AssetKind, AssetRole
from yiyuan.models import Asset, Revision
from yiyuan.storage import media

ROLE, FOUND = AssetRole.ATTACHMENT, AssetRole.LOOKED


#: What a copy is served as: the forms that `privacy.decoding.image_frames` opens.
FORMS = {
    "jpeg": ("image/jpeg", "jpg"),
    "png": ("image/png", "png"),
    "gif": ("image/gif", "gif"),
    "webp": ("image/webp", "webp"),
    "pdf": ("application/pdf", "pdf"),
}


def attached(s: Session, revision: Revision) -> list[Asset]:
    """The originals, oldest first."""
    query = select(Asset).where(Asset.revision_id == revision.id, Asset.role == ROLE, Asset.kind == AssetKind.ORIGINAL)
    return list(s.scalars(query.where(Asset.erased_at.is_(None)).order_by(Asset.id)))


def made_from(s: Session, original: Asset, role: AssetRole, kind: AssetKind) -> Asset | None:
    query = select(Asset).where(Asset.revision_id == original.revision_id, Asset.source_id == original.id)
    query = query.where(Asset.role == role, Asset.kind == kind, Asset.erased_at.is_(None))
    return s.scalar(query.order_by(Asset.id.desc()).limit(1))


def found_in(s: Session, original: Asset) -> Detection | None:
    """What was found in an original; None when nobody has looked yet."""
    sealed = made_from(s, original, FOUND, AssetKind.ORIGINAL)
    if sealed is None:
        return None
    with media.open_asset(sealed) as stream:
        return Detection.from_bytes(stream.read())


def copy_of(s: Session, original: Asset) -> Asset | None:
    """The desensitised copy of an original."""
    return made_from(s, original, ROLE, AssetKind.DERIVED)
