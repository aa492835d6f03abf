"""今日工作: what waits for one person, counted."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from channels.delivery import holds
from console.items import item_queries
from console.posts import queries as post_queries
from duties import duties, subjects
from duties.subjects import Subject
from notifications import notices
from review.approval import inbox
from review.approval.inbox import InboxRow
from yiyuan.codes import UNDECIDED, EventState
from yiyuan.models import Duty, Event, Item, Notice, ReleaseHold, Staff
from yiyuan.staff.permissions import Action, may


@dataclass
class TodayView:
    """The parts of the page; a part that is not for this person stays empty."""

    inbox: Sequence[InboxRow] = ()
    own_items: Sequence[item_queries.Row] = ()
    notices: Sequence[Notice] = ()
    duties: Sequence[tuple[Duty, Subject]] = ()
    events: Sequence[Event] = ()
    to_do_posts: Sequence[post_queries.Row] = ()
    hold: ReleaseHold | None = None
    review_counts: dict[str, int] = field(default_factory=dict)


#: States of an item in which its author has to act.


def day_of(s: Session, staff: Staff) -> TodayView:
    """Read what the person's roles make theirs."""
    day = TodayView(notices=[n for n in notices.for_staff(s, staff) if n.acknowledged_at is None])
    if may(staff, Action.sign_item):
        day.inbox = inbox.waiting_for(s, staff)
    if may(staff, Action.read_item):
        rows = item_queries.listing(s, staff, item_queries.Wanted(own=True), per_page=8)
        day.own_items = [row for row in rows if row.item.state in UNDECIDED]
    if may(staff, Action.follow_posts):
        day.to_do_posts = [r for r in post_queries.listing(s, staff) if r.post.state in post_queries.NEEDS_PERSON]
        day.hold = holds.current(s)
    if may(staff, Action.read_event):
        day.events = list(
            s.scalars(select(Event).where(Event.state == EventState.OPEN).order_by(Event.tier.desc(), Event.id))
        )
    waiting = duties.waiting_for(s, staff)[:20]
    day.duties = [(duty, subjects.source(duty.subject_kind).describe(s, duty.subject_id)) for duty in waiting]
    if may(staff, Action.count_reviews):
        query = select(Item.state, func.count()).where(Item.deleted_at.is_(None)).group_by(Item.state)
        day.review_counts = dict(s.execute(query).tuples().all())
    return day
