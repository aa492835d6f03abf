"""Events for the list and the page of an event."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.staff.queries import names
from duties import duties
from playbooks import closing
from playbooks.schema import Playbook, named
from sentiment.events.volume import Volume, counted, volume
from sentiment.scoring import score
from yiyuan.codes import EventState, Sentiment, SubjectKind
from yiyuan.models import (
    Duty,
    Event,
    EventThread,
    Mention,
    Notice,
    Post,
    ReleaseHold,
    Thread,
    TierCrossing,
    TimelineEntry,
    VolumePoint,
)

COMMENTS = 12
#: Of a comment that SnowNLP reads; the page shows no more.
OPINION_CHARACTERS = 280


def listing(s: Session, state: EventState) -> list[Event]:
    """Events of a state, the highest tier and the latest first."""
    query = select(Event).where(Event.state == state).order_by(Event.tier.desc(), Event.opened_at.desc())
    return list(s.scalars(query.limit(200)))


def counts(s: Session) -> Counter[EventState]:
    """How many events per state."""
    rows = s.execute(select(Event.state, func.count()).group_by(Event.state))
    return Counter(dict(rows.tuples().all()))


def open_duties(s: Session) -> Counter[int]:
    """How many duties are not done yet, per event."""
    of_events = (Duty.subject_kind == SubjectKind.EVENT) & Duty.ended_at.is_(None)
    query = select(Duty.subject_id, func.count()).where(of_events).group_by(Duty.subject_id)
    return Counter(dict(s.execute(query).tuples().all()))


@dataclass(frozen=True)
class EventView:
    """Everything the page of one event shows. `names` maps staff ids to names."""

    event: Event
    playbook: Playbook
    names: dict[int, str]
    counts: Volume
    points: Sequence[VolumePoint]
    crossings: Sequence[TierCrossing]
    duties: Sequence[Duty]
    timeline: Sequence[TimelineEntry]
    threads: Sequence[tuple[EventThread, Thread, Post | None]]
    comments: Sequence[Mention]
    signals: Counter[str]
    notices: Sequence[Notice]
    hold: ReleaseHold | None
    unmet: Sequence[str]

    @property
    def is_uncertain(self) -> bool:
        """Whether the scorer was not sure about a comment that is shown."""
        return any(mention.label == Sentiment.UNCERTAIN for mention in self.comments)

    @property
    def mark(self) -> str:
        """Changes whenever the page should be shown anew; the curve alone does not count."""
        done = sum(duty.ended_at is not None for duty in self.duties)
        return f"{self.event.state}.{self.event.tier}.{self.event.proposed_tier}.{len(self.duties)}.{done}"


def opinions(comments: Sequence[Mention]) -> dict[int, float]:
    """P(negative) by SnowNLP of the uncertain ones among the comments of an event, by mention.

    Milliseconds each, seconds for the first in a process: for a part that is loaded after the page, outside of any
    transaction.
    """
    uncertain = [mention for mention in comments if mention.label == Sentiment.UNCERTAIN]
    return {mention.id: score.second_opinion(mention.text[:OPINION_CHARACTERS]) for mention in uncertain}


def view(s: Session, event: Event) -> EventView:
    """Read it all."""
    of = {model: model.event_id == event.id for model in (VolumePoint, TierCrossing, TimelineEntry, Notice)}
    query = (
        select(EventThread, Thread, Post)
        .join(Thread, Thread.id == EventThread.thread_id)
        .outerjoin(Post, Post.id == Thread.post_id)
        .where(EventThread.event_id == event.id)
        .order_by(Thread.id)
    )
    # What a person should read first: original comments, the most negative of the newest.
    newest = (
        select(Mention.id).where(counted(s, event), Mention.copy_of.is_(None)).order_by(Mention.id.desc()).limit(500)
    )
    original = select(Mention).where(Mention.id.in_(newest.scalar_subquery()))
    signalled = select(Mention.signals).where(counted(s, event), Mention.scored_at.is_not(None))
    return EventView(
        event=event,
        playbook=named(event.playbook),
        names=names(s),
        counts=volume(s, event),
        points=list(s.scalars(select(VolumePoint).where(of[VolumePoint]).order_by(VolumePoint.id))),
        crossings=list(s.scalars(select(TierCrossing).where(of[TierCrossing]).order_by(TierCrossing.tier))),
        duties=duties.of_subject(s, SubjectKind.EVENT, event.id),
        timeline=list(
            s.scalars(select(TimelineEntry).where(of[TimelineEntry]).order_by(TimelineEntry.id.desc()).limit(200))
        ),
        threads=[(link, thread, post) for link, thread, post in s.execute(query)],
        comments=list(
            s.scalars(original.order_by(Mention.p_negative.desc().nulls_last(), Mention.id.desc()).limit(COMMENTS))
        ),
        signals=Counter(
            name for found in s.scalars(signalled.order_by(Mention.id.desc()).limit(2000)) for name in found
        ),
        notices=list(s.scalars(select(Notice).where(of[Notice], Notice.tier.is_not(None)).order_by(Notice.id))),
        hold=s.scalar(
            select(ReleaseHold).where(ReleaseHold.lifted_at.is_(None)).order_by(ReleaseHold.id.desc()).limit(1)
        ),
        unmet=closing.unmet(s, event) if event.state == EventState.OPEN else [],
    )
