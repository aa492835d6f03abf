"""Opening an event: the rows, the time line and the audit entry that belong together."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from yiyuan import audit, clock
from yiyuan.codes import AuditAction, EventState, TimelineKind
from yiyuan.models import Event, EventThread, Staff, Thread, TimelineEntry

_LINE = 400
#: Answers an event when neither a person nor a setting names another playbook.
DEFAULT_PLAYBOOK = "opinion"


def open_event(
    s: Session,
    *,
    title: str,
    why: str,
    threads: Sequence[Thread],
    whole: bool,
    staff: Staff | None = None,
    playbook: str = DEFAULT_PLAYBOOK,
) -> Event:
    """A new event over `threads`; `whole` counts all their comments. Its tier is 0 until the playbook has run.

    playbook: the name of one that exists; `playbooks.schema` knows them and is asked before.
    """
    moment = clock.now()
    event = Event(
        title=title[:_LINE],
        why=why[:_LINE],
        playbook=playbook,
        known_at=moment,
        opened_at=moment,
        opened_by=staff.id if staff else None,
    )
    s.add(event)
    s.flush()
    for thread in threads:
        link(s, event, thread, whole=whole)
    note(s, event, TimelineKind.OPENED, why, staff)
    detail = {"threads": [thread.id for thread in threads], "whole": whole, "playbook": playbook}
    audit.append(s, staff, AuditAction.EVENT_OPEN, f"event:{event.id}", detail)
    return event


def link(s: Session, event: Event, thread: Thread, *, whole: bool) -> None:
    """Add a thread to an event, or let all its comments count from now on; never the other way round."""
    known = s.get(EventThread, (event.id, thread.id))
    if known is None:
        s.add(EventThread(event_id=event.id, thread_id=thread.id, whole=whole))
    elif whole:
        known.whole = True
    s.flush()


def note(s: Session, event: Event, kind: TimelineKind, text: str, staff: Staff | None = None) -> None:
    """One line in the event's time line."""
    who = staff.id if staff else None
    s.add(TimelineEntry(event_id=event.id, at=clock.now(), staff_id=who, kind=kind, text=text))
    s.flush()


def open_event_of(s: Session, thread_id: int) -> Event | None:
    """The open event a thread belongs to; the oldest when there are several."""
    query = select(Event).join(EventThread, EventThread.event_id == Event.id)
    return s.scalar(
        query.where(EventThread.thread_id == thread_id, Event.state == EventState.OPEN).order_by(Event.id).limit(1)
    )


def watched_threads(*, whole_only: bool = False) -> Select[tuple[int]]:
    """Ids of the threads of open events."""
    query = (
        select(EventThread.thread_id)
        .join(Event, Event.id == EventThread.event_id)
        .where(Event.state == EventState.OPEN)
    )
    return query.where(EventThread.whole) if whole_only else query


def closed_until() -> Select[tuple[int, datetime | None]]:
    """(thread id, when its last event was closed): what was seen before that has been dealt with."""
    query = select(EventThread.thread_id, func.max(Event.closed_at)).join(Event, Event.id == EventThread.event_id)
    return query.where(Event.closed_at.is_not(None)).group_by(EventThread.thread_id)


def closed_at(s: Session, thread_id: int) -> datetime | None:
    """When the thread's last event was closed; None when it has none, or none that is closed."""
    found = s.execute(closed_until().where(EventThread.thread_id == thread_id)).first()
    return found[1] if found else None


def name_of(thread: Thread) -> str:
    """How a thread is called in titles."""
    return thread.title or thread.text[:30] or thread.url or thread.external_id
