"""The volume of an event: what the tier reads. One definition, used for now and for any moment in the past."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select
from sqlalchemy.orm import Session

from yiyuan import clock
from yiyuan.codes import Sentiment
from yiyuan.models import Event, EventThread, Mention, Thread, ThreadCount


@dataclass(frozen=True)
class Volume:
    """`total` is what the tier reads: per thread the larger of what is stored and the platform's own count, summed.

    stored: distinct mentions in our tables. copies: near-copies among them. negative: those labelled negative.
    by_thread: share of `total` by thread id.
    """

    total: int
    stored: int
    copies: int
    negative: int
    by_thread: dict[int, int]


def volume(s: Session, event: Event) -> Volume:
    """The volume now. An unknown platform count is unknown, not 0: what is stored then stands alone."""
    stored: dict[int, int] = defaultdict(int)
    copies = negative = 0
    sums = select(
        Mention.thread_id,
        func.count(),
        func.count(Mention.copy_of),
        func.sum(case((Mention.label == Sentiment.NEGATIVE, 1), else_=0)),
    )
    for thread_id, count, copied, bad in s.execute(sums.where(counted(s, event)).group_by(Mention.thread_id)):
        stored[thread_id] += count
        copies, negative = copies + copied, negative + int(bad or 0)
    by_thread = {number: max(stored[number], floor) for number, floor in _floors(s, event).items()}
    return Volume(sum(by_thread.values()), sum(stored.values()), copies, negative, by_thread)


def counted(s: Session, event: Event) -> ColumnElement[bool]:
    """Which mentions belong to the event: all of a whole thread, of the others those attached to it."""
    links = list(s.scalars(select(EventThread).where(EventThread.event_id == event.id)))
    whole = [link.thread_id for link in links if link.whole]
    parts = [link.thread_id for link in links if not link.whole]
    attached = and_(Mention.event_id == event.id, Mention.thread_id.in_(parts)) if parts else false()
    return or_(Mention.thread_id.in_(whole), attached) if whole else attached


def history(s: Session, event: Event) -> list[tuple[datetime, int]]:
    """(commit time, volume from then on) for every batch or count that raised the volume, oldest first.

    Nothing counts before the event was opened, and a turned thread counts whole from the moment it turned.
    """
    kept: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(("attached", "stored", "platform"), 0))
    total, points = 0, [(event.opened_at, 0)]
    for at, thread_id, kind, amount in sorted(_steps(s, event)):
        counts = kept[thread_id]
        before = max(counts.values())
        counts[kind] = max(counts[kind], amount) if kind == "platform" else counts[kind] + amount
        total += max(counts.values()) - before
        if points[-1][0] == at:
            points[-1] = (at, total)
        elif points[-1][1] != total:
            points.append((at, total))
    return points


def crossed_at(s: Session, event: Event, threshold: int) -> datetime:
    """When the mention or count was committed that brought the volume to `threshold`; ValueError when none did."""
    for at, total in history(s, event):
        if total >= threshold:
            return at
    raise ValueError(f"event {event.id} never reached {threshold}")


def _floors(s: Session, event: Event) -> dict[int, int]:
    """Per thread of the event, what it counts at least: the platform's own count where all its comments count."""
    query = select(Thread.id, Thread.platform_count, EventThread.whole).join(
        EventThread, EventThread.thread_id == Thread.id
    )
    rows = s.execute(query.where(EventThread.event_id == event.id))
    return {number: (count or 0) if whole else 0 for number, count, whole in rows}


def _steps(s: Session, event: Event) -> Iterator[tuple[datetime, int, str, int]]:
    """(time, thread, what, amount): mentions stored and counts seen, not earlier than they could count."""
    whole = {
        thread.id: max(event.opened_at, thread.turned_at or event.opened_at)
        for thread in s.scalars(
            select(Thread)
            .join(EventThread, EventThread.thread_id == Thread.id)
            .where(EventThread.event_id == event.id, EventThread.whole)
        )
    }
    batches = select(Mention.thread_id, Mention.seen_at, func.count()).group_by(Mention.thread_id, Mention.seen_at)
    for thread_id, at, amount in s.execute(batches.where(Mention.event_id == event.id)):
        yield max(at, event.opened_at), thread_id, "attached", amount
    for thread_id, at, amount in s.execute(batches.where(Mention.thread_id.in_(whole))):
        yield max(at, whole[thread_id]), thread_id, "stored", amount
    for thread_id, at, amount in s.execute(
        select(Thread.id, Thread.polled_at, Thread.platform_count).where(Thread.id.in_(whole))
    ):
        # Closes the books when a count has no row of its own; otherwise it comes too late to change anything.
        yield max(at or clock.now(), whole[thread_id]), thread_id, "platform", amount or 0
    counts = select(ThreadCount.thread_id, ThreadCount.at, ThreadCount.count)
    for thread_id, at, amount in s.execute(counts.where(ThreadCount.thread_id.in_(whole))):
        yield max(at, whole[thread_id]), thread_id, "platform", amount


def tier(volume: int, ranges: Sequence[tuple[int, int]]) -> int:
    """The tier of `volume` (distinct mentions) under ranges `[(tier, from)]`, e.g. [(1, 0), (2, 1000), (3, 5000)].

    Raises ValueError when the volume is negative or below the lowest range.
    """
    reached = [(start, number) for number, start in ranges if start <= volume]
    if volume < 0 or not reached:
        raise ValueError(f"no tier for volume {volume}")
    return max(reached)[1]
