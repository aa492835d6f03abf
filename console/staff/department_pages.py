"""科室: the list of departments, with head and work calendar. For administrators."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from console.staff import queries
from console.web.authorization import GuardedRoute, allow
from console.web.forms import Form, form_of
from console.web.sessions import staff_of
from console.web.templating import done, page
from duties import work_calendars
from yiyuan.db.session import transaction
from yiyuan.errors import YiyuanError
from yiyuan.models import Staff
from yiyuan.staff import departments
from yiyuan.staff.permissions import Action

router = APIRouter(route_class=GuardedRoute)


def _page(
    request: Request, template: str, *, status: int = 200, faults: dict[str, str] | None = None, department_id: int = 0
) -> Response:
    with transaction(read_only=True) as s:
        rows = departments.every(s)
        department = departments.find(s, department_id) if department_id else None
        people, calendars = queries.everybody(s), work_calendars.every(s)
    return page(
        request,
        template,
        status,
        rows=rows,
        department=department,
        people=[person for person in people if person.active],
        sizes={row.name: sum(person.department == row.name for person in people) for row in rows},
        heads={person.id: person.name for person in people},
        calendars=[(calendar.code, calendar.name) for calendar in calendars],
        faults=faults or {},
        form=getattr(request.state, "form", None) if faults else None,
    )


@router.get("/departments")
@allow(Action.manage_staff)
def listing(request: Request) -> Response:
    """Every department, and the form for one more."""
    return _page(request, "staff/departments.html")


def _head(s: Session, form: Form) -> Staff | None:
    return queries.person(s, form.number("head")) if form.text("head") else None


def _calendar(s: Session, form: Form) -> str:
    return work_calendars.find(s, form.text("calendar", work_calendars.CLINIC)).code


@router.post("/departments")
@allow(Action.manage_staff)
def create(request: Request) -> Response:
    """Add a department."""
    form = form_of(request)
    try:
        with transaction() as s:
            departments.create(s, staff_of(request), form.text("name"), _calendar(s, form), _head(s, form))
    except YiyuanError as error:
        faults = {error.field or "name": error.message}
        return _page(request, "staff/departments.html", status=error.status, faults=faults)
    return done(request, "/departments", "created")


@router.get("/departments/{department_id:int}")
@allow(Action.manage_staff)
def show(request: Request, department_id: int) -> Response:
    """The form of one department."""
    return _page(request, "staff/department.html", department_id=department_id)


@router.post("/departments/{department_id:int}")
@allow(Action.manage_staff)
def change(request: Request, department_id: int) -> Response:
    """Edit a department."""
    form = form_of(request)
    try:
        with transaction() as s:
            departments.change(
                s,
                staff_of(request),
                department_id,
                form.number("version"),
                name=form.text("name"),
                calendar=_calendar(s, form),
                head=_head(s, form),
                active=form.checked("active"),
            )
    except YiyuanError as error:
        faults = {error.field or "name": error.message}
        return _page(request, "staff/department.html", status=error.status, faults=faults, department_id=department_id)
    return done(request, "/departments", "saved")
