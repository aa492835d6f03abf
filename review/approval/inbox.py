"""待我审: what waits for a person, soonest deadline first."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from review.approval import levels, signatures, waivers
from review.items import lookup
from yiyuan import clock
from yiyuan.codes import STOPPING, ContentClass, Disposition, ItemState
from yiyuan.models import Decision, Finding, Item, ReviewLevel, Revision, Staff

Light = Literal["green", "amber", "red"]


@dataclass(frozen=True)
class InboxRow:
    """One thing to do. kind: sign (a level) or waive (a block finding stops the self-check). light: how late it is."""

    kind: Literal["sign", "waive"]
    item_id: int
    revision_id: int
    version: int
    title: str
    author: str
    department: str
    content_class: ContentClass
    level: int
    stage: str
    opened_at: datetime
    due_at: datetime
    due_uncertain: bool
    light: Light
    planned_at: datetime | None
    open_findings: int


def light_of(stage: ReviewLevel) -> Light:
    """Red when overdue, amber in the second half of the time, else green."""
    moment = clock.now()
    if moment >= stage.due_at:
        return "red"
    return "amber" if moment - stage.opened_at >= (stage.due_at - stage.opened_at) / 2 else "green"


def who_holds(s: Session, item: Item) -> ReviewLevel | None:
    """The level at which an item waits, with its deadline; None when nobody has to sign."""
    return levels.open_stage(s, lookup.revision(s, item)) if item.state == ItemState.REVIEW else None


def holders(s: Session, item: Item) -> list[Staff]:
    """The people who may sign the open level."""
    stage = who_holds(s, item)
    return signatures.signers(s, item, lookup.revision(s, item), stage) if stage else []


def waiting_for(s: Session, staff: Staff) -> list[InboxRow]:
    """Everything a person could sign, or as publicity waive, now."""
    query = (
        select(ReviewLevel, Revision, Item, Staff.name)
        .join(Revision, Revision.id == ReviewLevel.revision_id)
        .join(Item, Item.id == Revision.item_id)
        .join(Staff, Staff.id == Item.author_id)
        .where(ReviewLevel.closed_at.is_(None), Item.state == ItemState.REVIEW, Item.deleted_at.is_(None))
        .order_by(ReviewLevel.due_at, Item.id)
    )
    found = s.execute(query).tuples().all()
    ids = [revision.id for _stage, revision, _item, _name in found]
    signed: dict[int, set[int]] = {}
    decisions = select(Decision.revision_id, Decision.staff_id).where(Decision.revision_id.in_(ids))
    for revision_id, staff_id in s.execute(decisions).tuples():
        signed.setdefault(revision_id, set()).add(staff_id)
    # Open stopping findings per revision.
    stopping = (
        select(Finding.revision_id, func.count())
        .where(Finding.revision_id.in_(ids), Finding.disposition == Disposition.OPEN, Finding.severity.in_(STOPPING))
        .group_by(Finding.revision_id)
    )
    blocks = Counter(dict(s.execute(stopping).tuples().all()))
    inbox: list[InboxRow] = []
    for stage, revision, item, author in found:
        kind = _kind(item, revision, stage, staff, signed.get(revision.id, set()), blocks[revision.id])
        if kind is not None:
            inbox.append(_row(kind, stage, revision, item, author, blocks[revision.id]))
    return inbox


def _kind(
    item: Item, revision: Revision, stage: ReviewLevel, staff: Staff, signed: set[int], blocks: int
) -> Literal["sign", "waive"] | None:
    if not signatures.why_not(item, revision, stage, staff, signed):
        return "sign"
    waives = stage.level == 1 and blocks and not waivers.why_not(item, revision, staff)
    return "waive" if waives else None


def _row(
    kind: Literal["sign", "waive"], stage: ReviewLevel, revision: Revision, item: Item, author: str, blocks: int
) -> InboxRow:
    return InboxRow(
        kind=kind,
        item_id=item.id,
        revision_id=revision.id,
        version=item.version,
        title=item.title,
        author=author,
        department=item.department,
        content_class=item.content_class,
        level=stage.level,
        stage=stage.name,
        opened_at=stage.opened_at,
        due_at=stage.due_at,
        due_uncertain=stage.due_uncertain,
        light=light_of(stage),
        planned_at=item.planned_at,
        open_findings=blocks,
    )
