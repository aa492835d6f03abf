"""Duties are taken, finished and escalated; an event is closed by a person, when the conditions hold."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from duties import chase, duties
from playbooks import closing, engine
from sentiment.mentions.store import store_mentions
from yiyuan import audit, clock
from yiyuan.comment import Comment
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, Conflict, Missing, Refused
from yiyuan.models import Duty, Event, Notice, Staff, Thread


@pytest.fixture(autouse=True)
def evening() -> Iterator[None]:
    """A Wednesday, 20:00 in Shanghai: what is due by working hours is due tomorrow."""
    with time_machine.travel(datetime(2026, 11, 25, 12, tzinfo=UTC)):
        yield


@pytest.fixture
def duty(event: Event) -> Duty:
    engine.respond(event.id)
    with transaction(read_only=True) as s:
        return s.scalars(select(Duty).where(Duty.key == "verify")).one()


def overdue_notices() -> list[Notice]:
    with transaction(read_only=True) as s:
        return [notice for notice in s.scalars(select(Notice)) if ":overdue:" in notice.key]


def test_taking_and_finishing(duty: Duty, staff: dict[str, Staff]) -> None:
    with transaction() as s:
        taken = duties.acknowledge(s, staff["operations"], duty.id)
        assert taken.owner_id == staff["operations"].id
        duties.acknowledge(s, staff["operations"], duty.id)
        with pytest.raises(Conflict):
            duties.acknowledge(s, staff["crisis_lead"], duty.id)
        notice = s.scalars(select(Notice).where(Notice.key == f"duty:{duty.id}")).one()
        assert notice.acknowledged_by == staff["operations"].id
        with pytest.raises(BadInput):
            duties.finish(s, staff["operations"], duty.id, "  ")
        assert duties.finish(s, staff["operations"], duty.id, "已核实").result == "已核实"
        with pytest.raises(Conflict):
            duties.finish(s, staff["operations"], duty.id, "再来")
    with transaction(read_only=True) as s:
        assert audit.verify(s).ok


def test_only_the_role_or_who_leads(duty: Duty, staff: dict[str, Staff]) -> None:
    with transaction() as s:
        with pytest.raises(Refused):
            duties.acknowledge(s, staff["doctor"], duty.id)
        with pytest.raises(Missing):
            duties.acknowledge(s, staff["operations"], 999)
        assert duties.finish(s, staff["crisis_lead"], duty.id, "代办").owner_id == staff["crisis_lead"].id


def test_a_late_duty_goes_up_as_the_playbook_says(duty: Duty) -> None:
    engine.sweep()
    assert chase.sweep() == 0
    with time_machine.travel(duty.due_at + timedelta(seconds=1), tick=False):
        chase.sweep()
        assert chase.sweep() == 0
    assert len(overdue_notices()) == 2  # verify and evidence are due at the same minute
    assert all("逾期" in notice.title and notice.urgent and notice.role == "publicity" for notice in overdue_notices())
    with time_machine.travel(duty.due_at + timedelta(minutes=121), tick=False):
        chase.sweep()
    assert {notice.role for notice in overdue_notices()} == {"publicity", "crisis_lead"}


def test_what_is_done_or_closed_does_not_escalate(duty: Duty, event: Event, staff: dict[str, Staff]) -> None:
    with transaction() as s:
        for row in s.scalars(select(Duty)).all():
            duties.finish(s, staff["operations"], row.id, "完成")
    with time_machine.travel(duty.due_at + timedelta(days=3), tick=False):
        assert chase.sweep() == 0
    assert overdue_notices() == []


def finish_all(staff: dict[str, Staff]) -> None:
    with transaction() as s:
        for row in s.scalars(select(Duty).where(Duty.done_at.is_(None))).all():
            duties.finish(s, staff["crisis_lead"], row.id, "完成")


def unmet(event: Event) -> list[str]:
    with transaction(read_only=True) as s:
        return closing.unmet(s, s.get_one(Event, event.id))


def test_closing_waits_for_quiet_and_duties_and_needs_a_person_and_a_reason(
    event: Event, duty: Duty, staff: dict[str, Staff]
) -> None:
    assert len(unmet(event)) == 2
    with transaction() as s, pytest.raises(Conflict, match="任务未完成"):
        closing.close(s, staff["operations"], event.id, "结束")
    finish_all(staff)
    with time_machine.travel(clock.now() + timedelta(hours=26), tick=False):
        assert unmet(event) == []
        with transaction() as s:
            with pytest.raises(Refused):
                closing.close(s, staff["doctor"], event.id, "结束")
            with pytest.raises(BadInput):
                closing.close(s, staff["operations"], event.id, " ")
            assert closing.close(s, staff["operations"], event.id, "已回复").state == "closed"
            with pytest.raises(Conflict):
                closing.close(s, staff["operations"], event.id, "再关")
        with transaction() as s, pytest.raises(Conflict):
            duties.acknowledge(s, staff["operations"], duty.id)


def test_a_trickle_below_the_share_of_the_peak_is_quiet_and_above_it_is_not(
    event: Event, thread: Thread, staff: dict[str, Staff]
) -> None:
    start = clock.now().replace(minute=5)
    for hour, amount in ((1, 2000), (30, 200), (50, 201)):
        with time_machine.travel(start + timedelta(hours=hour), tick=False), transaction() as s:
            rows = [Comment(f"{hour}-{n}", "a", "文", start) for n in range(amount)]
            store_mentions(s, s.get_one(Thread, thread.id), rows)
    with time_machine.travel(start + timedelta(hours=50, minutes=1), tick=False):
        engine.respond(event.id)
    finish_all(staff)
    # 200 of a peak of 2,000 are a tenth and quiet; 201 are not: the 72 hours run from hour 50.
    with time_machine.travel(start + timedelta(hours=121), tick=False):
        assert len(unmet(event)) == 1
    with time_machine.travel(start + timedelta(hours=123), tick=False):
        assert unmet(event) == []
        with transaction() as s, pytest.raises(Refused):
            closing.close(s, staff["operations"], event.id, "运营不能关闭第 2 级")


def test_an_event_no_playbook_has_answered_cannot_be_closed(event: Event, staff: dict[str, Staff]) -> None:
    with time_machine.travel(clock.now() + timedelta(days=9), tick=False), transaction() as s:
        with pytest.raises(Conflict, match="预案尚未运行"):
            closing.close(s, staff["operations"], event.id, "结束")
        with pytest.raises(Missing):
            closing.close(s, staff["operations"], 999, "结束")
