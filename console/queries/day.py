"""今日工作: what waits for one person, counted."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from channels import holds
from console.guard import RELEASERS, SIGNERS, WATCHERS, may
from console.queries import items, posts
from review import gate
from review.gate import InboxRow
from yiyuan import clock, notices
from yiyuan.models import Duty, Event, Hold, Item, Notice, Staff
from yiyuan.people import Role


@dataclass
class Day:
    """The parts of the page; a part that is not for this person stays empty."""

    inbox: Sequence[InboxRow] = ()
    mine: Sequence[items.Row] = ()
    notices: Sequence[Notice] = ()
    duties: Sequence[tuple[Duty, Event]] = ()
    events: Sequence[Event] = ()
    to_do_posts: Sequence[posts.Row] = ()
    hold: Hold | None = None
    review_counts: dict[str, int] = field(default_factory=dict)


#: States of an item in which its author has to act.
AUTHOR_ACTS = ("draft", "intake", "intake_failed", "naming", "review", "returned")


def _duties(s: Session, staff: Staff) -> list[tuple[Duty, Event]]:
    query = select(Duty, Event).join(Event, Event.id == Duty.event_id)
    mine = (Duty.owner_id == staff.id) | Duty.role.in_(staff.roles)
    rows = s.execute(query.where(mine, Duty.done_at.is_(None), Event.state == "open").order_by(Duty.due_at).limit(20))
    return [(duty, event) for duty, event in rows]


def _by_state(s: Session) -> dict[str, int]:
    query = select(Item.state, func.count()).where(Item.deleted_at.is_(None)).group_by(Item.state)
    return dict(s.execute(query).tuples().all())


def day_of(s: Session, staff: Staff) -> Day:
    """Read what the person's roles make theirs."""
    day = Day(notices=[n for n in notices.for_staff(s, staff) if n.acknowledged_at is None])
    if may(staff, SIGNERS):
        day.inbox = gate.waiting_for(s, staff)
    if Role.administrator not in staff.roles or len(staff.roles) > 1:
        rows = items.listing(s, staff, items.Wanted(mine=True), per_page=8)
        day.mine = [row for row in rows if row.item.state in AUTHOR_ACTS]
    if may(staff, RELEASERS):
        day.to_do_posts = [r for r in posts.listing(s, staff) if r.post.state in posts.NEEDS_PERSON]
        day.hold = holds.current(s)
    if may(staff, WATCHERS):
        day.events = list(s.scalars(select(Event).where(Event.state == "open").order_by(Event.tier.desc(), Event.id)))
    day.duties = _duties(s, staff)
    if may(staff, frozenset({Role.publicity, Role.leader, Role.medical_affairs})):
        day.review_counts = _by_state(s)
    return day


def holiday_warning() -> int | None:
    """Days until the holiday tables end, when that is within 60; None otherwise."""
    left = (clock.covered_until() - clock.today()).days
    return left if left < 60 else None
