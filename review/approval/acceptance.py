"""Accepting the redactions: the revision freezes, its digest is fixed, and level 1 opens."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from release.content import revision_digest
from review.approval import levels
from review.items import lookup, moves
from review.items.moves import start_intake
from review.redaction import attachment_copies, doubts
from review.redaction.decisions import outdated
from review.redaction.faces import require_naming
from yiyuan import audit, clock
from yiyuan.codes import AuditAction, ItemState, VerdictKind
from yiyuan.errors import Refused
from yiyuan.i18n import _
from yiyuan.models import Item, Revision, Staff, Verdict


def accept_redactions(s: Session, author: Staff, item_id: int, version: int) -> Item:
    """Accept texts and video as redacted: the revision freezes and level 1 opens.

    When namings changed what must be masked, the video is rendered anew first and the freeze follows by itself.
    """
    item = lookup.locked(s, item_id, version)
    revision = lookup.revision(s, item)
    require_naming(item, revision, author)
    failed = s.scalar(select(Verdict).where(Verdict.revision_id == revision.id, Verdict.verdict == VerdictKind.FAILED))
    if failed is not None:
        raise Refused(_("有检查未能完成，不能视为通过，请重新检查后再确认"))
    doubts.require_none(s, revision)
    lookup.edited_by(revision, author)
    revision.accepted_by, revision.accepted_at = author.id, clock.now()
    audit.append(s, author, AuditAction.ITEM_ACCEPT, f"item:{item.id}", {"revision": revision.id})
    if outdated(s, revision) or attachment_copies.outdated(s, revision):
        start_intake(s, item, revision)
    else:
        freeze(s, item, revision)
    return item


def freeze(s: Session, item: Item, revision: Revision) -> None:
    """Fix the revision's digest and open level 1."""
    revision.digest, revision.frozen_at = revision_digest(s, revision), clock.now()
    moves.moved(item, ItemState.REVIEW)
    audit.append(
        s, None, AuditAction.REVISION_FREEZE, f"item:{item.id}", {"revision": revision.id, "digest": revision.digest}
    )
    levels.open_level(s, item, revision, 1)


def recheck(s: Session, author: Staff, item_id: int, version: int) -> None:
    """Run the checks again, for instance because one of them failed."""
    item = lookup.locked(s, item_id, version)
    revision = lookup.revision(s, item)
    require_naming(item, revision, author)
    revision.accepted_by = revision.accepted_at = None
    start_intake(s, item, revision)
    audit.append(s, author, AuditAction.ITEM_RECHECK, f"item:{item.id}", {"revision": revision.id})
