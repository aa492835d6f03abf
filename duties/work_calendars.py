"""Work calendars as rows: the three every installation starts with, and editing them on record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from duties.working_time import WEEKDAYS, WorkingTime, parse_periods
from yiyuan import audit, clock
from yiyuan.codes import AuditAction
from yiyuan.errors import BadInput, Conflict, Missing
from yiyuan.i18n import _
from yiyuan.models import Staff, WorkCalendar

OFFICE, CLINIC, DUTY = "office", "clinic", "duty"
#: Days of a calendar's own: at most so many, and not further ahead.
MOST_DAYS, FURTHEST = 366, timedelta(days=800)


@dataclass(frozen=True)
class CalendarForm:
    """A calendar as a person fills it in. `days`: one a line, `2026-10-05 09:00-11:00`, no periods for a day off."""

    name: str
    week: Sequence[str]
    follows_holidays: bool
    days: str = ""


def every(s: Session) -> list[WorkCalendar]:
    """All calendars, those shipped first."""
    return list(s.scalars(select(WorkCalendar).order_by(WorkCalendar.id)))


def find(s: Session, code: str) -> WorkCalendar:
    """The calendar of a code; Missing names those there are."""
    row = s.scalar(select(WorkCalendar).where(WorkCalendar.code == code))
    if row is None:
        codes = "、".join(calendar.code for calendar in every(s))
        raise Missing(_("没有工作日历“{code}”，可用的有：{codes}").format(code=code, codes=codes), field="calendar")
    return row


def working_time(calendar: WorkCalendar) -> WorkingTime:
    """What the row says, ready to count with."""
    week = tuple(parse_periods(text) for text in calendar.week)
    days = {date.fromisoformat(day): parse_periods(text) for day, text in calendar.days.items()}
    return WorkingTime(week, calendar.follows_holidays, days)


def counted(s: Session, code: str) -> WorkingTime:
    """The working time of a calendar. An unknown code counts as the office's: no clock stops for a typing error."""
    row = s.scalar(select(WorkCalendar).where(WorkCalendar.code == code))
    return working_time(row or find(s, OFFICE))


def create(s: Session, staff: Staff, code: str, form: CalendarForm) -> WorkCalendar:
    """Add a calendar; BadInput names the field, Conflict a code that is taken."""
    if not (code.isascii() and code.replace("_", "a").isalnum() and code[:1].isalpha() and len(code) <= 64):
        raise BadInput(_("代号只能用字母、数字和下划线，以字母开头"), field="code")
    if s.scalar(select(WorkCalendar.id).where(WorkCalendar.code == code)) is not None:
        raise Conflict(_("代号 {code} 已有日历使用").format(code=code), field="code")
    calendar = WorkCalendar(code=code, changed_at=clock.now(), **_values(form))
    s.add(calendar)
    s.flush()
    audit.append(
        s, staff, AuditAction.WORK_CALENDAR_CREATE, f"work_calendar:{calendar.id}", _values(form) | {"code": code}
    )
    return calendar


def change(s: Session, staff: Staff, code: str, version: int, form: CalendarForm) -> WorkCalendar:
    """Replace what a calendar says. Due times that were set stay until somebody has them computed again.

    Conflict when another person changed it since the form was opened.
    """
    find(s, code)
    calendar = s.scalars(select(WorkCalendar).where(WorkCalendar.code == code).with_for_update()).one()
    if calendar.version != version:
        raise Conflict(_("这份日历刚被他人修改，请刷新后再改"), field="version")
    before = {name: getattr(calendar, name) for name in ("name", "week", "follows_holidays", "days")}
    for name, value in _values(form).items():
        setattr(calendar, name, value)
    calendar.version, calendar.changed_at = version + 1, clock.now()
    audit.append(
        s, staff, AuditAction.WORK_CALENDAR_CHANGE, f"work_calendar:{calendar.id}", {"before": before} | _values(form)
    )
    return calendar


def _values(form: CalendarForm) -> dict[str, object]:
    """The columns of a form, in the order and spelling in which they are kept."""
    if not form.name.strip():
        raise BadInput(_("请填写日历的名称"), field="name")
    week = []
    for day, text in zip(WEEKDAYS, form.week, strict=True):
        try:
            week.append(" ".join(map(str, parse_periods(text))))
        except BadInput as error:
            raise BadInput(_("{day}：{fault}").format(day=day, fault=error.message), field="week") from error
    days = _days(form.days)
    WorkingTime(tuple(map(parse_periods, week)), form.follows_holidays)
    return {"name": form.name.strip()[:64], "week": week, "follows_holidays": form.follows_holidays, "days": days}


def _days(text: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for number, line in enumerate(filter(None, map(str.strip, text.splitlines())), start=1):
        first, _space, rest = line.partition(" ")
        try:
            day = date.fromisoformat(first)
            periods = " ".join(map(str, parse_periods(rest)))
        except (ValueError, BadInput) as error:
            message = _("第 {number} 行“{line}”应写作 2026-10-05 09:00-11:00，休息则只写日期")
            raise BadInput(message.format(number=number, line=line), field="days") from error
        if day.isoformat() in found:
            raise BadInput(_("{day} 写了两次，请只留一行").format(day=day), field="days")
        if day > clock.today() + FURTHEST:
            raise BadInput(_("{day} 太远，请不超过两年").format(day=day), field="days")
        found[day.isoformat()] = periods
    if len(found) > MOST_DAYS:
        raise BadInput(_("特别日期最多 {most} 天").format(most=MOST_DAYS), field="days")
    return dict(sorted(found.items()))
