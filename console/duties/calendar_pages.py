"""工作日历: the periods, 调休 and single days by which working time is counted."""

from fastapi import APIRouter, Request, Response

from console.web.authorization import GuardedRoute, allow
from console.web.forms import Form, form_of
from console.web.sessions import staff_of
from console.web.templating import done, page
from duties import duties, work_calendars
from duties.work_calendars import CalendarForm
from duties.working_time import WEEKDAYS
from yiyuan import clock
from yiyuan.db.session import transaction
from yiyuan.errors import YiyuanError
from yiyuan.staff.permissions import Action

router = APIRouter(route_class=GuardedRoute)
#: Minutes of the example under each calendar.
EXAMPLE = 120


def _list(request: Request, *, status: int = 200, faults: dict[str, str] | None = None) -> Response:
    with transaction(read_only=True) as s:
        calendars = work_calendars.every(s)
        counted = {row.code: work_calendars.working_time(row) for row in calendars}
    return page(
        request,
        "duties/calendars.html",
        status,
        calendars=calendars,
        examples={code: working.add(clock.now(), EXAMPLE) for code, working in counted.items()},
        works={code: working.works_at(clock.now()) for code, working in counted.items()},
        minutes=EXAMPLE,
        weekdays=WEEKDAYS,
        covered_until=clock.covered_until(),
        faults=faults or {},
        form=getattr(request.state, "form", None) if faults else None,
    )


@router.get("/calendars")
@allow(Action.manage_staff)
def listing(request: Request) -> Response:
    """Every calendar, and the form for one more."""
    return _list(request)


def _show(request: Request, code: str, *, status: int = 200, faults: dict[str, str] | None = None) -> Response:
    with transaction(read_only=True) as s:
        calendar = work_calendars.find(s, code)
        waiting = duties.counted_by(s, code)
    return page(
        request,
        "duties/calendar.html",
        status,
        calendar=calendar,
        waiting=waiting,
        weekdays=WEEKDAYS,
        faults=faults or {},
        form=getattr(request.state, "form", None) if faults else None,
    )


@router.get("/calendars/{code}")
@allow(Action.manage_staff)
def show(request: Request, code: str) -> Response:
    """The form of one calendar."""
    return _show(request, code)


def _form(form: Form) -> CalendarForm:
    return CalendarForm(
        name=form.text("name"),
        week=[form.text(f"day-{number}") for number in range(len(WEEKDAYS))],
        follows_holidays=form.checked("follows_holidays"),
        days=form.text("days"),
    )


@router.post("/calendars")
@allow(Action.manage_staff)
def create(request: Request) -> Response:
    """Add a calendar."""
    form = form_of(request)
    try:
        with transaction() as s:
            work_calendars.create(s, staff_of(request), form.text("code"), _form(form))
    except YiyuanError as error:
        return _list(request, status=error.status, faults={error.field or "name": error.message})
    return done(request, "/calendars", "calendar")


@router.post("/calendars/{code}")
@allow(Action.manage_staff)
def change(request: Request, code: str) -> Response:
    """Replace what a calendar says."""
    form = form_of(request)
    try:
        with transaction() as s:
            work_calendars.change(s, staff_of(request), code, form.number("version"), _form(form))
    except YiyuanError as error:
        return _show(request, code, status=error.status, faults={error.field or "name": error.message})
    return done(request, f"/calendars/{code}", "calendar")


@router.post("/calendars/{code}/recompute")
@allow(Action.manage_staff)
def recompute(request: Request, code: str) -> Response:
    """Set the times of open duties anew."""
    with transaction() as s:
        work_calendars.find(s, code)
        duties.recompute(s, staff_of(request), code)
    return done(request, f"/calendars/{code}", "recomputed")
