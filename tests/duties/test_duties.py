"""Duties are started once, taken, handed over, replaced and counted anew; each act is on record."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from duties import duties, work_calendars
from duties.work_calendars import CalendarForm
from tests.support.duties import look, notices_of, start, started
from yiyuan import audit, clock
from yiyuan.codes import ClockKind, DutyEnd, DutyState, SubjectKind
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, Conflict, Refused
from yiyuan.models import Event, Staff, TimelineEntry
from yiyuan.staff import members


def test_a_duty_starts_once_with_its_clocks(event: Event) -> None:
    duty = started(event)
    assert start(event) is None
    assert duty.due_at == clock.now() + timedelta(hours=1)
    assert duty.next_chase_at == clock.now() + timedelta(minutes=15)
    assert duty.next_escalation_at == duty.due_at
    assert [notice.role for notice in notices_of(duty)] == ["operations"]


def test_a_duty_without_a_way_upwards_is_refused(event: Event) -> None:
    with pytest.raises(ValueError, match="silence"):
        start(event, chain=())


def test_working_time_counts_for_due_times_reminders_and_steps(event: Event, now: time_machine.Traveller) -> None:
    duty = started(event, clock=ClockKind.WORKING, minutes=300, chase_minutes=120)
    assert clock.local(duty.due_at).strftime("%d %H:%M") == "25 17:00"
    assert duty.next_chase_at is not None
    assert clock.local(duty.next_chase_at).strftime("%d %H:%M") == "25 12:00"
    late = started(event, key="late", clock=ClockKind.WORKING, minutes=480)
    assert clock.local(late.due_at).strftime("%d %H:%M") == "26 10:30"


def test_a_higher_tier_replaces_what_it_covers(event: Event) -> None:
    same, covered, other = started(event), started(event, key="facts"), started(event, key="reply")
    higher = started(event, tier=2, covers=("facts",))
    assert [look(duty).end for duty in (same, covered, other)] == [DutyEnd.REPLACED, DutyEnd.REPLACED, None]
    assert look(same).replaced_by == higher.id
    assert duties.state(look(same)) is DutyState.REPLACED
    assert start(event, tier=1) is None, "what a higher tier covers does not start again"
    assert look(same).next_chase_at is None and look(same).next_escalation_at is None


def test_what_was_done_in_a_lower_tier_is_asked_again_in_a_higher(event: Event, staff: dict[str, Staff]) -> None:
    duty = started(event)
    with transaction() as s:
        duties.finish(s, staff["operations"], duty.id, "已核实")
    assert started(event, tier=2).id != duty.id
    assert look(duty).end is DutyEnd.DONE


def test_taking_answers_every_notice_and_ends_the_reminders(event: Event, staff: dict[str, Staff]) -> None:
    duty = started(event)
    with transaction() as s:
        duties.acknowledge(s, staff["operations"], duty.id)
    assert look(duty).next_chase_at is None and look(duty).next_escalation_at is not None
    assert all(notice.acknowledged_by == staff["operations"].id for notice in notices_of(duty))


def test_handing_over_asks_the_other_to_acknowledge(event: Event, staff: dict[str, Staff]) -> None:
    duty = started(event)
    with transaction() as s:
        duties.acknowledge(s, staff["operations"], duty.id)
        with pytest.raises(BadInput) as refused:
            duties.hand_over(s, staff["operations"], duty.id, staff["publicity"], " ")
        assert refused.value.field == "reason"
        duties.hand_over(s, staff["operations"], duty.id, staff["publicity"], "需要媒体经验")
    now = look(duty)
    assert (now.owner_id, now.acknowledged_at) == (staff["publicity"].id, None)
    assert now.next_chase_at is not None and now.due_at == duty.due_at
    assert notices_of(duty)[-1].staff_id == staff["publicity"].id
    with transaction() as s:
        duties.acknowledge(s, staff["publicity"], duty.id)
        assert audit.verify(s).ok
        text = s.scalars(select(TimelineEntry.text).order_by(TimelineEntry.id)).all()
    assert any("转交给" in line and "需要媒体经验" in line for line in text)


def test_nobody_disabled_or_away_is_handed_a_duty(event: Event, staff: dict[str, Staff]) -> None:
    duty = started(event)
    with transaction() as s:
        leaver = s.merge(staff["publicity"])
        members.set_active(s, leaver, False, actor=staff["administrator"])
        with pytest.raises(BadInput, match="不在岗"):
            duties.hand_over(s, staff["operations"], duty.id, leaver, "出差")


def test_what_ended_is_not_done_twice(event: Event, staff: dict[str, Staff]) -> None:
    duty = started(event)
    with transaction() as s:
        with pytest.raises(Refused):
            duties.acknowledge(s, staff["doctor"], duty.id)
        assert duties.cancel_all(s, staff["crisis_lead"], SubjectKind.EVENT, event.id) == 1
        with pytest.raises(Conflict, match="取消"):
            duties.finish(s, staff["operations"], duty.id, "晚了")


def test_an_edited_calendar_moves_due_times_only_on_request(event: Event, staff: dict[str, Staff]) -> None:
    duty = started(event, clock=ClockKind.WORKING, minutes=120)
    natural = started(event, key="natural")
    before = look(duty).due_at
    with transaction() as s:
        office = work_calendars.find(s, "office")
        form = CalendarForm("行政办公", ["13:00-15:00"] * 5 + ["", ""], follows_holidays=True)
        work_calendars.change(s, staff["administrator"], "office", office.version, form)
    assert look(duty).due_at == before
    with transaction() as s:
        assert duties.recompute(s, staff["administrator"], "office") == 1
        assert duties.recompute(s, staff["administrator"], "office") == 0
    assert clock.local(look(duty).due_at).strftime("%d %H:%M") == "25 15:00"
    assert look(natural).due_at == natural.due_at
    with transaction(read_only=True) as s:
        texts = s.scalars(select(TimelineEntry.text)).all()
    assert sum("重算期限" in text for text in texts) == 1
