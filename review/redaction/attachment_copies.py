"""Whether the desensitised copies of attachments show what people decided last."""

from sqlalchemy.orm import Session

from review.items.attached_files import FOUND, attached, copy_of, made_from
from review.redaction import decisions as redaction_decisions
from yiyuan.codes import AssetKind
from yiyuan.models import Asset, Revision


def outdated(s: Session, revision: Revision) -> bool:
    """A copy is missing or was made by other decisions."""
    return any(is_stale(s, revision, original) for original in attached(s, revision))


def is_stale(s: Session, revision: Revision, original: Asset) -> bool:
    sealed, copy = made_from(s, original, FOUND, AssetKind.ORIGINAL), copy_of(s, original)
    if sealed is None or copy is None:
        return True
    return copy.profile != redaction_decisions.of(s, revision, original).profile(sealed)
