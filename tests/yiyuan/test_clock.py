"""Working time: hospital hours, weekends, 调休 and years without a table."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiyuan import clock
from yiyuan.errors import BadInput

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-03-02T09:00", 60, "2026-03-02T10:00"),
        ("2026-03-02T06:00", 60, "2026-03-02T09:00"),  # before opening
        ("2026-03-02T17:00", 60, "2026-03-03T08:30"),  # over the night
        ("2026-03-06T17:30", 30, "2026-03-09T08:30"),  # over the weekend
        ("2026-09-30T17:00", 60, "2026-10-08T08:30"),  # over the National Day holiday
        ("2026-10-09T17:00", 60, "2026-10-10T08:30"),  # 2026-10-10 is a Saturday that is worked
    ],
)
def test_working_minutes(home: Path, start: str, minutes: int, due: str) -> None:
    found = clock.add_working_minutes(at(start), minutes)
    assert (found.at, found.uncertain) == (at(due), False)


def test_a_year_without_a_table_is_marked(home: Path) -> None:
    assert clock.add_working_minutes(at("2031-03-03T09:00"), 60).uncertain


def test_the_hospitals_own_table_comes_first(home: Path) -> None:
    (home / "holidays").mkdir()
    (home / "holidays" / "2032.yaml").write_text("holidays: [2032-03-03]\nworkdays: [2032-03-06]\n")
    assert clock.day_of(date(2032, 3, 3)) == clock.Day(working=False, known=True)
    assert clock.day_of(date(2032, 3, 6)) == clock.Day(working=True, known=True)
    assert clock.day_of(date(2032, 3, 4)) == clock.Day(working=True, known=True)


def test_an_unknown_key_in_the_table_is_refused(home: Path) -> None:
    (home / "holidays").mkdir()
    (home / "holidays" / "2033.yaml").write_text("holiday: [2033-03-03]\n")
    with pytest.raises(BadInput, match="holiday"):
        clock.day_of(date(2033, 3, 3))


moments = st.integers(0, 480_000).map(lambda minutes: at("2026-01-01T00:00") + timedelta(minutes=minutes))


@given(start=moments, one=st.integers(1, 2000), two=st.integers(1, 2000))
def test_waiting_in_two_parts_is_waiting_once(home: Path, start: datetime, one: int, two: int) -> None:
    whole = clock.add_working_minutes(start, one + two).at
    parts = clock.add_working_minutes(clock.add_working_minutes(start, one).at, two).at
    assert whole == parts
    assert whole - start >= timedelta(minutes=one + two)
