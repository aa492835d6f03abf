"""What runs out is known before it has: the holiday table and the disk."""

import shutil
from collections import namedtuple
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from notifications import capacity
from yiyuan import clock
from yiyuan.db.session import transaction
from yiyuan.models import Notice

Usage = namedtuple("Usage", "total used free")


def _notices() -> list[Notice]:
    with transaction(read_only=True) as s:
        return list(s.scalars(select(Notice)))


@pytest.mark.parametrize(("days", "expected"), [(0, 0), (59, 59), (60, None), (400, None)])
def test_the_holiday_table_ends_too_soon(monkeypatch: pytest.MonkeyPatch, days: int, expected: int | None) -> None:
    monkeypatch.setattr(clock, "covered_until", lambda: clock.today() + timedelta(days=days))
    assert capacity.holiday_days_left() == expected


def test_a_disk_that_fills_is_told_of_once_a_week(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "covered_until", lambda: clock.today() + timedelta(days=400))
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(100, 90, 10))
    capacity.tell_of_shortages()
    assert _notices() == []
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(100, 91, 9))
    capacity.tell_of_shortages()
    capacity.tell_of_shortages()
    (notice,) = _notices()
    assert (notice.role, "磁盘" in notice.title) == ("administrator", True)
