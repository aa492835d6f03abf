"""Numbers for people: times, lengths of time, deadlines and their traffic lights, sizes, shares."""

from datetime import datetime, timedelta

from yiyuan import clock
from yiyuan.i18n import _


def clock_of(seconds: float | None) -> str:
    """Seconds as m:ss, or h:mm:ss."""
    if seconds is None:
        return "—"
    whole = int(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def span(gap: timedelta) -> str:
    """A length of time in the largest two units that matter."""
    minutes = int(abs(gap).total_seconds() // 60)
    days, hours = divmod(minutes // 60, 24)
    if days:
        return _("{days} 天 {hours} 小时").format(days=days, hours=hours)
    if hours:
        return _("{hours} 小时 {minutes} 分").format(hours=hours, minutes=minutes % 60)
    return _("{minutes} 分钟").format(minutes=minutes)


def left(due: datetime) -> str:
    """How long until a deadline, or how far past it."""
    gap = due - clock.now()
    return _("还剩 {span}").format(span=span(gap)) if gap > timedelta() else _("已超时 {span}").format(span=span(gap))


def light(due: datetime, opened: datetime | None = None) -> str:
    """Traffic light of a deadline: red when past, amber in the last quarter (or 2 hours), else green."""
    gap = due - clock.now()
    if gap <= timedelta():
        return "red"
    near = max((due - opened) / 4, timedelta(minutes=15)) if opened else timedelta(hours=2)
    return "amber" if gap <= near else "green"


def size(number: int) -> str:
    """Bytes for people."""
    for unit, name in ((1024**3, "GB"), (1024**2, "MB")):
        if number >= unit:
            return f"{number / unit:.1f}".removesuffix(".0") + f" {name}"
    return f"{max(number, 0) / 1024:.0f} KB"


def percent(share: float | None) -> str:
    """A share as whole percent."""
    return "—" if share is None else f"{round(share * 100)}%"
