"""Time that counts: the periods of a work calendar, the days of the State Council's table, and minutes added to both.

Pure: no table, no clock of its own. Only the day table of `yiyuan.clock` is read.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Self
from zoneinfo import ZoneInfo

from yiyuan import clock
from yiyuan.errors import BadInput
from yiyuan.i18n import _
from yiyuan.settings import settings

#: End of a day, as people write it; `time` has no such value.
MIDNIGHT = "24:00"
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


@dataclass(frozen=True, order=True)
class Period:
    """Working time of one day, in minutes since midnight; the end is not part of it."""

    start: int
    end: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """A period written `08:00-12:00` (a full-width dash or colon is taken too); BadInput says what is wrong."""
        plain = text.strip().replace("：", ":").replace("–", "-").replace("—", "-").replace("－", "-")
        first, dash, last = plain.partition("-")
        try:
            start, end = _minutes(first), _minutes(last)
        except ValueError:
            start, end = 0, 0
        if not dash or start >= end:
            message = _("时段“{text}”应写作 08:00-12:00，结束晚于开始；跨夜的时段请拆成两天").format(text=text)
            raise BadInput(message, field="periods")
        return cls(start, end)

    def __str__(self) -> str:
        return f"{_clock(self.start)}-{_clock(self.end)}"


def _minutes(text: str) -> int:
    if text.strip() == MIDNIGHT:
        return 24 * 60
    moment = time.fromisoformat(text.strip().zfill(5))
    return moment.hour * 60 + moment.minute


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


Periods = tuple[Period, ...]


def parse_periods(text: str) -> Periods:
    """The periods of one day, separated by commas or spaces, in order; "" is a day off. BadInput when two overlap."""
    words = text.replace("，", " ").replace(",", " ").replace("、", " ").split()
    periods = tuple(sorted(Period.parse(word) for word in words))
    for earlier, later in pairwise(periods):
        if later.start < earlier.end:
            message = _("时段 {first} 与 {second} 重叠，请合并或改开").format(first=earlier, second=later)
            raise BadInput(message, field="periods")
    return periods


@dataclass(frozen=True)
class WorkingTime:
    """When a calendar works: periods from Monday to Sunday, whether it follows 调休, and single days that differ."""

    week: tuple[Periods, ...]
    follows_holidays: bool = True
    days: Mapping[date, Periods] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.week) != len(WEEKDAYS) or not any(self.week):
            raise BadInput(_("工作日历至少要有一个工作时段，否则时限永远不会到"), field="periods")

    def of(self, day: date) -> tuple[Periods, bool]:
        """The periods of a day, and whether the tables vouch for it.

        A single day of the calendar's own wins. Then, where 调休 is followed, a public holiday is free and a weekend
        day that is worked has its own periods or else Monday's. Then the week decides.
        """
        if day in self.days:
            return self.days[day], True
        plain = self.week[day.weekday()]
        if not self.follows_holidays:
            return plain, True
        kind = clock.day_of(day)
        if kind.working:
            return plain or self.week[0], kind.known
        return (() if kind.holiday else plain), kind.known

    def add(self, start: datetime, minutes: float) -> clock.Due:
        """The moment when `minutes` of working time have passed since `start`, UTC."""
        left, uncertain = timedelta(minutes=minutes), False
        for begin, end, known in self._spans(start):
            uncertain |= not known
            if left <= end - begin:
                return clock.Due((begin + left).astimezone(UTC), uncertain)
            left -= end - begin
        raise AssertionError("the spans of a calendar never end")

    def _spans(self, start: datetime) -> Iterator[tuple[datetime, datetime, bool]]:
        """Working spans from `start` on, and whether all days up to each are in the tables."""
        zone, day, known = ZoneInfo(settings().timezone), clock.local(start).date(), True
        while True:
            periods, sure = self.of(day)
            known &= sure
            midnight = datetime.combine(day, time(), zone)
            for period in periods:
                begin = max(start, midnight + timedelta(minutes=period.start))
                end = midnight + timedelta(minutes=period.end)
                if begin < end:
                    yield begin, end, known
            day += timedelta(days=1)

    def works_at(self, moment: datetime) -> bool:
        """Whether the moment is working time."""
        local = clock.local(moment)
        minute = local.hour * 60 + local.minute
        return any(period.start <= minute < period.end for period in self.of(local.date())[0])
