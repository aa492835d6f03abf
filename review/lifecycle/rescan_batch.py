"""Check live items again after the pack changed, in batches, and say what it would stop now.

Pure reading but for the audit entry that ends a scan; taking down is a person's act elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from compliance.advertising.active_pack import advertising
from compliance.types import Found, Package
from yiyuan import audit
from yiyuan.codes import ANSWERED, AuditAction, PostState
from yiyuan.i18n import _
from yiyuan.models import AuditEntry, Finding, Item, Post, Revision, Variant

ACTION = AuditAction.RULEPACK_RESCAN


@dataclass(frozen=True)
class Stopped:
    """A live item that the pack would not let pass now, with the findings nobody has answered."""

    item_id: int
    revision_id: int
    title: str
    found: tuple[Found, ...]


@dataclass(frozen=True)
class Batch:
    """One batch of a scan: how many items were read, the last one's revision, what would be stopped."""

    checked: int
    last_revision_id: int
    stopped: tuple[Stopped, ...]

    @property
    def is_last(self) -> bool:
        """Nothing was left to read."""
        return self.checked == 0


def is_due(s: Session) -> bool:
    """Whether live items were not yet checked with the pack in use."""
    last = s.scalar(select(AuditEntry).where(AuditEntry.action == ACTION).order_by(AuditEntry.number.desc()).limit(1))
    return last is None or last.detail.get("version") != advertising().pack.version


def check_batch(s: Session, after_revision_id: int = 0, limit: int = 200) -> Batch:
    """Check the next live revisions after the given one, in the order of their ids."""
    live = select(Post.revision_id).where(Post.state == PostState.LIVE)
    query = select(Revision, Item).join(Item, Item.id == Revision.item_id).where(Revision.id.in_(live))
    rows = s.execute(query.where(Revision.id > after_revision_id).order_by(Revision.id).limit(limit)).all()
    stopped = [each for revision, item in rows if (each := _check(s, revision, item)) is not None]
    return Batch(len(rows), rows[-1][0].id if rows else after_revision_id, tuple(stopped))


def finish(s: Session, stopped: Sequence[Stopped]) -> None:
    """Record that all live items were checked with the pack in use, and which it would stop."""
    detail = {"version": advertising().pack.version, "items": [each.item_id for each in stopped]}
    note = _("规则包更新后复查，{n} 个在线稿件需要处理").format(n=len(stopped))
    audit.append(s, None, ACTION, "rulepack", detail, note)


def _check(s: Session, revision: Revision, item: Item) -> Stopped | None:
    texts = {field: text for field, text in revision.texts.items() if isinstance(text, str)}
    for variant in s.scalars(select(Variant).where(Variant.revision_id == revision.id)):
        texts |= {
            f"variant.{variant.account_id}.title": variant.title,
            f"variant.{variant.account_id}.body": variant.body,
        }
    package = Package(
        texts=texts, content_class=item.content_class, tags=tuple(revision.tags), facts=dict(revision.facts)
    )
    query = select(Finding).where(Finding.revision_id == revision.id, Finding.disposition.in_(ANSWERED))
    answered = {(f.rule, f.field, f.excerpt) for f in s.scalars(query)}
    found = [
        f for f in advertising().check(package) if f.severity.stops and (f.rule, f.field, f.excerpt) not in answered
    ]
    return Stopped(item.id, revision.id, item.title, tuple(found)) if found else None
