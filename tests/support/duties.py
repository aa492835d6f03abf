"""A duty of an event, with a short way upwards."""

from sqlalchemy import select

from duties import duties
from duties.duties import Assignment
from duties.escalation import Step
from playbooks.event_subject import subject_of
from sentiment.events import events
from yiyuan.db.session import transaction
from yiyuan.models import Duty, Event, Notice, Staff
from yiyuan.staff.roles import Role

CHAIN = (Step(0, (Role.publicity,)), Step(30, (Role.crisis_lead,)), Step(60, (Role.leader,), repeat=60))


def assignment(**more: object) -> Assignment:
    """Operations have an hour of natural time; reminders every 15 minutes."""
    plain: dict[str, object] = {
        "key": "verify", "title": "核实来源", "role": Role.operations, "minutes": 60, "chase_minutes": 15,
        "chain": CHAIN,
    }  # fmt: skip
    return Assignment(**(plain | more))  # type: ignore[arg-type]


def open_event(staff: Staff) -> Event:
    """An event that somebody reported, without a playbook run."""
    with transaction() as s:
        return events.open_by_hand(s, staff, title="急诊投诉", url="https://example.test/1", platform="weibo")


def start(event: Event, tier: int = 1, **more: object) -> Duty | None:
    with transaction() as s:
        return duties.start(s, subject_of(s.get_one(Event, event.id)), tier, assignment(**more))


def started(event: Event, tier: int = 1, **more: object) -> Duty:
    """The same where it has to start."""
    duty = start(event, tier, **more)
    assert duty is not None
    return duty


def look(duty: Duty) -> Duty:
    """The row as it is now."""
    with transaction(read_only=True) as s:
        return s.get_one(Duty, duty.id)


def notices_of(duty: Duty) -> list[Notice]:
    with transaction(read_only=True) as s:
        key = Notice.key
        query = select(Notice).where((key == f"duty:{duty.id}") | key.startswith(f"duty:{duty.id}:"))
        return list(s.scalars(query.order_by(Notice.id)))
