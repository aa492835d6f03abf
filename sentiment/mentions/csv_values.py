"""Cells of an export as values: times, counts, names of platforms. Each error names row and column."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sentiment.mentions.csv_reader import Row
from yiyuan.errors import BadInput
from yiyuan.i18n import _
from yiyuan.settings import settings

#: Platforms that we only read about; those we publish on are named by their own folders (channels/platforms).
OUTSIDE_PLATFORMS = {
    "抖音": "douyin", "快手": "kuaishou", "视频号": "channels", "微信视频号": "channels",
    "微博": "weibo", "新浪微博": "weibo", "知乎": "zhihu", "今日头条": "toutiao", "头条": "toutiao",
    "贴吧": "tieba", "百度贴吧": "tieba",
}  # fmt: skip
_CHINESE = re.compile(r"^(\d{4})年(\d{1,2})月(\d{1,2})日\s*(?:(\d{1,2})[:时点](\d{1,2})?(?:[:分](\d{1,2}))?[分秒]?)?$")
_SLASHED = re.compile(r"^(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?:[ T]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?)?$")
_STAMP = re.compile(r"^\d{10}(\d{3})?$")


def platform(row: Row, aliases: Mapping[str, str]) -> str:
    """The platform's name in our tables; unknown ones keep theirs. aliases: what exports call our own platforms."""
    cell = _needed(row, "platform").lower()
    return (aliases.get(cell) or OUTSIDE_PLATFORMS.get(cell, cell))[:64]


def text(row: Row) -> str:
    """The words of the mention."""
    return _needed(row, "text")


def written_at(row: Row) -> datetime:
    """When it was written, UTC; a time without a zone is the hospital's."""
    cell = _needed(row, "time")
    try:
        return moment(cell)
    except (ValueError, OverflowError, OSError) as error:
        raise _wrong(row, "time", _("“{cell}”不是时间，应写成 2026-01-31 08:30")) from error


def count(row: Row) -> int | None:
    """The platform's comment count; None: not given, which is unknown and not 0."""
    cell = row.cells.get("count", "").replace(",", "")
    if not cell:
        return None
    if not re.fullmatch(r"\d{1,12}(\.0+)?", cell):
        raise _wrong(row, "count", _("“{cell}”不是评论数，应是整数"))
    return int(cell.split(".")[0])


def moment(cell: str) -> datetime:
    """A time as exports write it. ValueError when it is none."""
    if stamp := _STAMP.match(cell):
        return datetime.fromtimestamp(int(cell) / (1000 if stamp[1] else 1), UTC)
    if parts := _CHINESE.match(cell) or _SLASHED.match(cell):
        year, month, day, hour, minute, second = (int(part or 0) for part in parts.groups())
        found = datetime(year, month, day, hour, minute, second, tzinfo=_zone())
    else:
        found = datetime.fromisoformat(cell)
    return (found if found.tzinfo else found.replace(tzinfo=_zone())).astimezone(UTC)


def _zone() -> ZoneInfo:
    return ZoneInfo(settings().timezone)


def _needed(row: Row, column: str) -> str:
    cell = row.cells.get(column, "")
    if not cell:
        raise _wrong(row, column, _("是空的，请补上或删去这一行"))
    return cell


def _wrong(row: Row, column: str, why: str) -> BadInput:
    place = _("第 {row} 行“{column}”列：").format(row=row.number, column=row.header(column))
    return BadInput(place + why.format(cell=row.cells.get(column, "")[:40]), field=row.header(column))
