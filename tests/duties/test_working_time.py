"""Working time: several periods a day, weekends, 调休, days of one's own and years without a table."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duties.working_time import Period, WorkingTime, parse_periods
from yiyuan.errors import BadInput

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = parse_periods("08:00-12:00 14:00-17:30")
OFFICE = WorkingTime((DAY,) * 5 + ((), ()))
CLINIC = WorkingTime((DAY,) * 5 + (parse_periods("08:00-12:00"), ()))
DUTY = WorkingTime((parse_periods("00:00-24:00"),) * 7, follows_holidays=False)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("calendar", "start", "minutes", "due"),
    [
        (OFFICE, "2026-09-18T17:20", 120, "2026-09-20T09:50"),  # Saturday is free, the Sunday is worked (调休)
        (OFFICE, "2026-09-18T11:50", 15, "2026-09-18T14:05"),  # over lunch
        (OFFICE, "2026-09-30T16:00", 120, "2026-10-08T08:30"),  # over the National Day holiday
        (OFFICE, "2026-03-02T06:00", 60, "2026-03-02T09:00"),  # before opening
        (OFFICE, "2026-03-02T10:00", 120, "2026-03-02T12:00"),  # to the end of a period, not the start of the next
        (OFFICE, "2026-03-02T12:30", 30, "2026-03-02T14:30"),  # started at lunch
        (OFFICE, "2026-03-06T17:30", 30, "2026-03-09T08:30"),  # over the weekend
        (OFFICE, "2026-10-09T17:00", 60, "2026-10-10T08:30"),  # a Saturday that is worked
        (CLINIC, "2026-03-06T17:00", 60, "2026-03-07T08:30"),  # an ordinary Saturday in the clinic
        (CLINIC, "2026-09-30T17:00", 60, "2026-10-08T08:30"),  # Saturday 10-03 is a public holiday
        (DUTY, "2026-09-18T23:50", 30, "2026-09-19T00:20"),  # over midnight
        (DUTY, "2026-10-01T03:00", 60, "2026-10-01T04:00"),  # on a public holiday
    ],
)
def test_minutes_of_each_calendar(home: Path, calendar: WorkingTime, start: str, minutes: int, due: str) -> None:
    found = calendar.add(at(start), minutes)
    assert (found.at, found.uncertain) == (at(due), False)


def test_a_worked_sunday_has_its_own_periods_or_mondays(home: Path) -> None:
    sunday = date(2026, 9, 20)
    assert OFFICE.of(sunday) == (DAY, True)
    short = parse_periods("09:00-11:00")
    assert WorkingTime((DAY,) * 5 + ((), short)).of(sunday) == (short, True)


def test_a_day_of_ones_own_wins(home: Path) -> None:
    shut, opened = date(2026, 3, 3), date(2026, 10, 1)
    calendar = WorkingTime(OFFICE.week, days={shut: (), opened: parse_periods("09:00-10:00")})
    assert calendar.add(at("2026-03-03T09:00"), 60).at == at("2026-03-04T09:00")
    assert calendar.add(at("2026-10-01T00:00"), 30).at == at("2026-10-01T09:30")


def test_a_year_without_a_table_is_marked_where_the_table_counts(home: Path) -> None:
    assert OFFICE.add(at("2031-03-03T09:00"), 60).uncertain
    assert not DUTY.add(at("2031-03-03T09:00"), 60).uncertain


def test_whether_a_moment_is_working_time(home: Path) -> None:
    assert OFFICE.works_at(at("2026-03-02T08:00")) and not OFFICE.works_at(at("2026-03-02T12:00"))
    assert not OFFICE.works_at(at("2026-10-01T09:00")) and DUTY.works_at(at("2026-10-01T09:00"))


@pytest.mark.parametrize(
    "text", ["08:00-12:00 11:00-13:00", "12:00-08:00", "8-12", "08:00", "25:00-26:00", "22:00-06:00"]
)
def test_periods_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_periods(text)
    assert refused.value.field == "periods"


def test_periods_are_read_as_people_write_them() -> None:
    assert parse_periods("14:00—17:30，8：00-12:00") == (Period(480, 720), Period(840, 1050))
    assert [str(period) for period in parse_periods("18:00-24:00")] == ["18:00-24:00"]
    assert parse_periods("") == ()


def test_a_calendar_that_never_works_is_refused() -> None:
    with pytest.raises(BadInput, match="至少要有一个工作时段"):
        WorkingTime(((),) * 7)


moments = st.integers(0, 480_000).map(lambda minutes: at("2026-01-01T00:00") + timedelta(minutes=minutes))


@given(
    start=moments,
    first=st.integers(1, 2000),
    second=st.integers(1, 2000),
    calendar=st.sampled_from([OFFICE, CLINIC, DUTY]),
)
def test_waiting_in_two_parts_is_waiting_once(
    home: Path, start: datetime, first: int, second: int, calendar: WorkingTime
) -> None:
    whole = calendar.add(start, first + second).at
    assert whole == calendar.add(calendar.add(start, first).at, second).at
    assert whole - start >= timedelta(minutes=first + second)
    assert calendar.works_at(whole - timedelta(minutes=1))
