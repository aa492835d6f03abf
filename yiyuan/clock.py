"""The only place that reads the time, and the days of the State Council's table with 调休."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import chinese_calendar
import yaml

from yiyuan.errors import BadInput
from yiyuan.i18n import _
from yiyuan.settings import settings


def now() -> datetime:
    """The current time, aware, UTC."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """A time in the hospital's zone, for people to read."""
    return moment.astimezone(ZoneInfo(settings().timezone))


def today() -> date:
    """The hospital's date."""
    return local(now()).date()


@dataclass(frozen=True)
class Due:
    """A deadline; `uncertain` when a day on the way is outside the holiday table (shown as 待核)."""

    at: datetime
    uncertain: bool


@dataclass(frozen=True)
class Day:
    """Whether people work that day, whether it is free as a public holiday, and whether the table knows."""

    working: bool
    known: bool
    holiday: bool = False


@lru_cache
def _override(folder: Path, year: int) -> dict[date, bool]:
    """`{holidays: [dates], workdays: [dates]}` of YYYY.yaml, as {day: working}."""
    path = folder / f"{year}.yaml"
    if not path.exists():
        return {}
    body = yaml.safe_load(path.read_text("utf-8")) or {}
    unknown = set(body) - {"holidays", "workdays"}
    if unknown:
        raise BadInput(
            _("{path}：未知的键 {keys}").format(path=path, keys="、".join(sorted(unknown))), field="holidays_dir"
        )
    days = dict.fromkeys(body.get("holidays", []), False) | dict.fromkeys(body.get("workdays", []), True)
    wrong = [day for day in days if not isinstance(day, date)]
    if wrong:
        raise BadInput(_("{path}：{day} 不是日期").format(path=path, day=wrong[0]), field="holidays_dir")
    return days


def day_of(day: date) -> Day:
    """The hospital's own table first, then the State Council's, then Monday to Friday with `known` False."""
    folder = settings().holidays_dir or settings().home / "holidays"
    own = _override(folder, day.year)
    if day in own:
        return Day(own[day], known=True, holiday=not own[day])
    try:
        free, name = chinese_calendar.get_holiday_detail(day)
        return Day(not free, known=True, holiday=free and name is not None)
    except NotImplementedError:
        # A year with an own table is vouched for: its ordinary days follow the week.
        return Day(day.weekday() < 5, known=bool(own))


def covered_until() -> date:
    """Last day the holiday tables know, looking 400 days ahead."""
    day = today()
    for ahead in range(400):
        if not day_of(day + timedelta(days=ahead)).known:
            return day + timedelta(days=ahead - 1)
    return day + timedelta(days=399)
