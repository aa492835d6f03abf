"""Time goes on: reminders, the way upwards, people who are away, disabled or do not exist. Nothing is silent."""

from datetime import date, timedelta

import time_machine

from duties import chase, duties, roster
from notifications import notices
from tests.support.duties import look, notices_of, started
from yiyuan import clock
from yiyuan.db.session import transaction
from yiyuan.models import Event, Staff
from yiyuan.staff import members


def titles(duty_notices: list[str], word: str) -> list[str]:
    return [title for title in duty_notices if word in title]


def test_it_reminds_until_somebody_acknowledges(
    event: Event, staff: dict[str, Staff], now: time_machine.Traveller
) -> None:
    duty = started(event)
    for expected in range(1, 4):
        now.shift(timedelta(minutes=15))
        assert chase.sweep() == 1
        assert chase.sweep() == 0
        assert len([n for n in notices_of(duty) if "请签收" in n.title]) == expected
    with transaction() as s:
        duties.acknowledge(s, staff["operations"], duty.id)
    now.shift(timedelta(minutes=14))
    assert chase.sweep() == 0


def test_an_outage_is_one_reminder_and_every_step_upwards(event: Event, now: time_machine.Traveller) -> None:
    duty = started(event)
    now.shift(timedelta(hours=2, minutes=1))
    assert chase.sweep() == 1 + 3
    assert [n.role for n in notices_of(duty) if ":overdue:" in n.key] == ["publicity", "crisis_lead", "leader"]


def test_the_last_step_is_repeated_until_one_of_its_people_has_seen_it(
    event: Event, staff: dict[str, Staff], now: time_machine.Traveller
) -> None:
    duty = started(event)
    with transaction() as s:
        duties.acknowledge(s, staff["operations"], duty.id)
    now.shift(timedelta(hours=2, minutes=1))
    assert chase.sweep() == 3
    for _round in range(3):
        now.shift(timedelta(minutes=60))
        assert chase.sweep() == 1
    with transaction() as s:
        last = [n for n in notices_of(duty) if ":overdue:" in n.key][-1]
        notices.acknowledge(s, last.id, staff["leader"])
    now.shift(timedelta(days=2))
    assert chase.sweep() == 0
    assert look(duty).ended_at is None and duties.state(look(duty)).value == "acknowledged"


def test_an_owner_who_is_disabled_hands_on_to_the_role(
    event: Event, staff: dict[str, Staff], now: time_machine.Traveller
) -> None:
    duty = started(event)
    with transaction() as s:
        duties.acknowledge(s, staff["operations"], duty.id)
        members.set_active(s, s.merge(staff["operations"]), False, actor=staff["administrator"])
        second = members.create_staff(s, "second", "钱二", ["operations"], "院办", "correct-horse-9")
    assert chase.sweep() == 1
    assert (look(duty).owner_id, look(duty).acknowledged_at) == (None, None)
    with transaction() as s:
        assert duties.may_do(s, look(duty), second)
        assert duties.waiting_for(s, second)


def test_an_owner_who_is_away_hands_on_to_the_deputy(
    event: Event, staff: dict[str, Staff], now: time_machine.Traveller
) -> None:
    duty = started(event)
    with transaction() as s:
        duties.acknowledge(s, staff["operations"], duty.id)
        today = clock.today()
        roster.add_absence(s, staff["operations"], staff["operations"], today, today, staff["doctor"])
    assert chase.sweep() == 1
    assert look(duty).owner_id == staff["doctor"].id
    assert notices_of(duty)[-1].staff_id == staff["doctor"].id
    with transaction() as s:
        assert duties.finish(s, staff["doctor"], duty.id, "代为完成").done_by == staff["doctor"].id


def test_a_role_nobody_holds_goes_upwards_at_once(
    event: Event, staff: dict[str, Staff], now: time_machine.Traveller
) -> None:
    with transaction() as s:
        members.set_active(s, s.merge(staff["operations"]), False, actor=staff["administrator"])
    duty = started(event)
    assert chase.sweep() == 1
    (report,) = [n for n in notices_of(duty) if ":overdue:" in n.key]
    assert report.role == "publicity" and "无人担任" in report.title
    now.shift(timedelta(minutes=91))
    chase.sweep()
    assert [n.role for n in notices_of(duty) if ":overdue:" in n.key] == ["publicity", "crisis_lead"]


def test_the_standing_deputy_is_reminded_beside_the_person(
    event: Event, staff: dict[str, Staff], now: time_machine.Traveller
) -> None:
    with transaction() as s:
        roster.set_deputy(s, staff["operations"], s.merge(staff["operations"]), s.merge(staff["doctor"]))
    duty = started(event)
    assert not [n for n in notices_of(duty) if n.staff_id]
    now.shift(timedelta(minutes=15))
    chase.sweep()
    assert [n.staff_id for n in notices_of(duty) if n.staff_id] == [staff["doctor"].id]


def test_who_is_on_call_is_notified_in_person(
    event: Event, staff: dict[str, Staff], now: time_machine.Traveller
) -> None:
    with transaction() as s:
        begin = clock.now()
        roster.add_on_call(s, staff["publicity"], staff["operations"], "operations", begin, begin + timedelta(hours=8))
    duty = started(event)
    assert [n.staff_id for n in notices_of(duty) if n.staff_id] == [staff["operations"].id]


def test_a_restart_in_the_middle_of_every_clock_changes_nothing(event: Event, now: time_machine.Traveller) -> None:
    """Two runs over the same four hours, swept each minute and with an outage of 25 minutes each hour."""
    steady, patchy = started(event), started(event, key="other", title="另一项")
    for minute in range(240):
        now.shift(timedelta(minutes=1))
        if minute % 60 < 35:
            chase.sweep()
    upwards = [
        [(n.role, n.created_at - duty.due_at) for n in notices_of(duty) if ":overdue:" in n.key]
        for duty in (steady, patchy)
    ]
    assert upwards[0] == upwards[1]
    assert [role for role, _late in upwards[0]][:3] == ["publicity", "crisis_lead", "leader"]
    assert all(late >= timedelta(0) for _role, late in upwards[0])
    assert date(2026, 11, 25) == clock.today()
