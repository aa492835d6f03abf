"""On call, hand-over, absence and deputies: what cannot be is refused with the remedy, the rest is on record."""

from datetime import timedelta

import pytest
import time_machine

from duties import duties, people, roster
from tests.support.duties import look, started
from yiyuan import audit, clock
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, Conflict, Refused
from yiyuan.models import Event, OnCall, Staff
from yiyuan.staff import members

HOUR = timedelta(hours=1)


@pytest.fixture
def second(staff: dict[str, Staff]) -> Staff:
    with transaction() as s:
        return members.create_staff(s, "second", "钱二", ["operations"], "院办", "correct-horse-9")


def turn(staff: dict[str, Staff], start: timedelta = timedelta(0), hours: int = 8) -> OnCall:
    with transaction() as s:
        begin = clock.now() + start
        return roster.add_on_call(s, staff["publicity"], staff["operations"], "operations", begin, begin + hours * HOUR)


@pytest.mark.parametrize(
    ("person", "role", "start", "end", "field"),
    [
        ("doctor", "operations", 0, 8, "role"),
        ("operations", "captain", 0, 8, "role"),
        ("operations", "operations", 8, 8, "ends_at"),
        ("operations", "operations", 0, 24 * 32, "ends_at"),
        ("operations", "operations", -9, -1, "ends_at"),
    ],
)
def test_a_turn_that_cannot_be_is_refused(
    staff: dict[str, Staff],
    now: time_machine.Traveller,
    event: Event,
    person: str,
    role: str,
    start: int,
    end: int,
    field: str,
) -> None:
    begin = clock.now()
    with transaction() as s, pytest.raises(BadInput) as refused:
        roster.add_on_call(s, staff["publicity"], staff[person], role, begin + start * HOUR, begin + end * HOUR)
    assert refused.value.field == field


def test_nobody_is_on_call_twice_at_once(staff: dict[str, Staff], event: Event) -> None:
    turn(staff)
    with pytest.raises(Conflict, match="已有同角色的值班"):
        turn(staff, start=7 * HOUR)
    turn(staff, start=8 * HOUR)


def test_a_hand_over_takes_the_open_duties_along(staff: dict[str, Staff], event: Event, second: Staff) -> None:
    running = turn(staff)
    duty = started(event)
    with transaction() as s:
        duties.acknowledge(s, staff["operations"], duty.id)
        with pytest.raises(BadInput, match="交接事项"):
            roster.hand_over(s, staff["operations"], running.id, second, "")
        with pytest.raises(Refused):
            roster.hand_over(s, staff["doctor"], running.id, second, "无")
        following = roster.hand_over(s, staff["operations"], running.id, second, "盯住微博")
        assert (following.staff_id, following.ends_at) == (second.id, running.ends_at)
        assert [p.id for p in people.recipients(s, "operations")] == [second.id]
        assert audit.verify(s).ok
    assert (look(duty).owner_id, look(duty).acknowledged_at) == (second.id, None)


def test_deputies_in_a_loop_are_refused(staff: dict[str, Staff], event: Event, second: Staff) -> None:
    today = clock.today()
    with transaction() as s:
        roster.add_absence(s, staff["publicity"], staff["operations"], today, today, second)
        with pytest.raises(BadInput, match="循环"):
            roster.add_absence(s, staff["publicity"], second, today, today, staff["operations"])
        with pytest.raises(BadInput, match="本人"):
            roster.add_absence(s, second, second, today, today, second)
        first, other = s.merge(staff["operations"]), s.merge(second)
        roster.set_deputy(s, first, first, other)
        with pytest.raises(BadInput, match="循环"):
            roster.set_deputy(s, other, other, first)


def test_a_loop_that_came_about_later_leaves_nobody_and_does_not_hang(
    staff: dict[str, Staff], event: Event, second: Staff
) -> None:
    today = clock.today()
    with transaction() as s:
        first, other = s.merge(staff["operations"]), s.merge(second)
        first.deputy_id, other.deputy_id = other.id, first.id
        for person in (first, other):
            roster.add_absence(s, person, person, today, today, None)
        assert people.recipients(s, "operations") == []
        assert "operations" in roster.nobody_for(s)


def test_people_record_their_own_absence_and_only_theirs(staff: dict[str, Staff], event: Event) -> None:
    today = clock.today()
    with transaction() as s:
        with pytest.raises(Refused):
            roster.add_absence(s, staff["doctor"], staff["operations"], today, today, None)
        with pytest.raises(BadInput, match="结束日期"):
            roster.add_absence(s, staff["doctor"], staff["doctor"], today, today - timedelta(days=1), None)
        absence = roster.add_absence(s, staff["doctor"], staff["doctor"], today, today, None)
        assert people.stand_in(s, staff["doctor"], today) is None
        with pytest.raises(Refused):
            roster.cancel_absence(s, staff["operations"], absence.id)
        roster.cancel_absence(s, staff["doctor"], absence.id)
        found = people.stand_in(s, staff["doctor"], today)
        assert found is not None and found.id == staff["doctor"].id


def test_a_turn_taken_back_before_it_began_leaves_room_for_another(staff: dict[str, Staff], event: Event) -> None:
    coming = turn(staff, start=2 * HOUR)
    with transaction() as s:
        roster.end_on_call(s, staff["publicity"], coming.id)
        assert roster.coming_turns(s) == []
    turn(staff, start=HOUR)
    with transaction(read_only=True) as s:
        assert len(roster.coming_turns(s)) == 1
