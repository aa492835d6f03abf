"""Events as subjects of duties."""

from sqlalchemy.orm import Session

from duties import subjects
from duties.subjects import Subject
from yiyuan import clock
from yiyuan.codes import EventState, SubjectKind, TimelineKind
from yiyuan.models import Event, Staff, TimelineEntry


def subject_of(event: Event) -> Subject:
    """The event as notices and pages show it."""
    return Subject(
        kind=SubjectKind.EVENT,
        id=event.id,
        title=event.title,
        link=f"/events/{event.id}",
        is_open=event.state == EventState.OPEN,
        event_id=event.id,
    )


class EventSource:
    """What duties ask about events; what happens to them goes into the event's time line."""

    def describe(self, s: Session, subject_id: int) -> Subject:
        """The event of this id."""
        return subject_of(s.get_one(Event, subject_id))

    def record(self, s: Session, subject_id: int, staff: Staff | None, text: str) -> None:
        """An entry of the time line."""
        who = staff.id if staff else None
        s.add(TimelineEntry(event_id=subject_id, at=clock.now(), staff_id=who, kind=TimelineKind.DUTY, text=text))


subjects.register(SubjectKind.EVENT, EventSource())
