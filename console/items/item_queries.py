"""Items as lists: a person's own, a department's, all, by state."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from review.items.visibility import item_filter
from yiyuan.codes import ItemState
from yiyuan.models import Item, ReviewLevel, Revision, Staff

PER_PAGE = 30


@dataclass(frozen=True)
class Row:
    """One line of a list: the item, who wrote it, and the open level with its deadline if there is one."""

    item: Item
    author: str
    revision: Revision
    stage: ReviewLevel | None


@dataclass(frozen=True)
class Wanted:
    """What to list. `own` only the person's own; empty parts match everything."""

    state: ItemState | None = None
    own: bool = False
    text: str = ""


def _conditions(staff: Staff, wanted: Wanted, *, with_state: bool = True) -> list[ColumnElement[bool]]:
    found = [Item.deleted_at.is_(None), item_filter(staff)]
    if wanted.own:
        found.append(Item.author_id == staff.id)
    if wanted.text:
        found.append(Item.title.contains(wanted.text, autoescape=True))
    if wanted.state and with_state:
        found.append(Item.state == wanted.state)
    return found


def listing(s: Session, staff: Staff, wanted: Wanted, page: int = 1, per_page: int = PER_PAGE) -> list[Row]:
    """One page, newest change first."""
    query = (
        select(Item, Staff.name, Revision, ReviewLevel)
        .join(Staff, Staff.id == Item.author_id)
        .join(Revision, (Revision.item_id == Item.id) & (Revision.number == Item.revision_number))
        .outerjoin(
            ReviewLevel,
            (ReviewLevel.revision_id == Revision.id)
            & (ReviewLevel.level == Item.level)
            & ReviewLevel.closed_at.is_(None),
        )
        .where(*_conditions(staff, wanted))
        .order_by(Item.updated_at.desc(), Item.id.desc())
    )
    rows = s.execute(query.limit(per_page).offset((page - 1) * per_page))
    return [Row(item, author, revision, stage) for item, author, revision, stage in rows]


def counts(s: Session, staff: Staff, wanted: Wanted) -> Counter[ItemState]:
    """How many there are per state."""
    query = select(Item.state, func.count()).where(*_conditions(staff, wanted, with_state=False)).group_by(Item.state)
    return Counter(dict(s.execute(query).tuples().all()))
