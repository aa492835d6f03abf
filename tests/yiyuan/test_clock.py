"""Days: the hospital's own table and the State Council's. Working time is in tests/duties."""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from yiyuan import clock
from yiyuan.errors import BadInput

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_a_day_off_by_law_differs_from_a_weekend(home: Path) -> None:
    assert clock.day_of(date(2026, 10, 3)) == clock.Day(working=False, known=True, holiday=True)
    assert clock.day_of(date(2026, 3, 7)) == clock.Day(working=False, known=True)
    assert clock.day_of(date(2026, 9, 20)) == clock.Day(working=True, known=True)
    assert clock.day_of(date(2031, 3, 3)) == clock.Day(working=True, known=False)


def test_the_hospitals_own_table_comes_first(home: Path) -> None:
    (home / "holidays").mkdir()
    (home / "holidays" / "2032.yaml").write_text("holidays: [2032-03-03]\nworkdays: [2032-03-06]\n")
    assert clock.day_of(date(2032, 3, 3)) == clock.Day(working=False, known=True, holiday=True)
    assert clock.day_of(date(2032, 3, 6)) == clock.Day(working=True, known=True)
    assert clock.day_of(date(2032, 3, 4)) == clock.Day(working=True, known=True)


def test_an_unknown_key_in_the_table_is_refused(home: Path) -> None:
    (home / "holidays").mkdir()
    (home / "holidays" / "2033.yaml").write_text("holiday: [2033-03-03]\n")
    with pytest.raises(BadInput, match="holiday"):
        clock.day_of(date(2033, 3, 3))
