"""值班与请假: who is on call and who is away, hand-overs, and standing deputies."""

from datetime import date, datetime

from fastapi import APIRouter, Request, Response

from console.staff import queries as staff_queries
from console.web.authorization import GuardedRoute, allow
from console.web.forms import Form, form_of
from console.web.sessions import staff_of
from console.web.templating import done, page
from duties import roster
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, YiyuanError
from yiyuan.i18n import _
from yiyuan.staff import departments
from yiyuan.staff.permissions import Action, may
from yiyuan.staff.roles import Role, role_name

router = APIRouter(route_class=GuardedRoute)


def _show(request: Request, *, status: int = 200, faults: dict[str, str] | None = None) -> Response:
    me = staff_of(request)
    with transaction(read_only=True) as s:
        turns, absences, uncovered = roster.coming_turns(s), roster.coming_absences(s), roster.nobody_for(s)
        people = [person for person in staff_queries.everybody(s) if person.active]
        areas = departments.names(s)
        own = staff_queries.person(s, me.id)
    return page(
        request,
        "duties/roster.html",
        status,
        turns=turns,
        absences=absences,
        uncovered=[role_name(role) for role in uncovered] if may(me, Action.manage_roster) else [],
        people=people,
        departments=areas,
        own=own,
        roles=list(Role),
        faults=faults or {},
        form=getattr(request.state, "form", None) or Form(),
    )


@router.get("/roster")
@allow(Action.read_roster)
def listing(request: Request) -> Response:
    """Running and coming turns and absences, and the forms for more."""
    return _show(request)


def _moment(form: Form, name: str) -> datetime:
    moment = form.moment(name)
    if moment is None:
        raise BadInput(_("请填写日期和时间"), field=name)
    return moment


def _day(form: Form, name: str) -> date:
    day = form.day(name)
    if day is None:
        raise BadInput(_("请填写日期"), field=name)
    return day


@router.post("/roster")
@allow(Action.manage_roster)
def add(request: Request) -> Response:
    """Put a person on call."""
    form = form_of(request)
    try:
        with transaction() as s:
            person = staff_queries.person(s, form.number("staff"))
            roster.add_on_call(
                s,
                staff_of(request),
                person,
                form.text("role"),
                _moment(form, "starts_at"),
                _moment(form, "ends_at"),
                form.text("department"),
            )
    except YiyuanError as error:
        return _show(request, status=error.status, faults={error.field or "staff": error.message})
    return done(request, "/roster", "on_call")


@router.post("/roster/{turn_id:int}/hand-over")
@allow(Action.do_duty)
def hand_over(request: Request, turn_id: int) -> Response:
    """Give the running turn to a colleague."""
    form = form_of(request)
    with transaction() as s:
        to = staff_queries.person(s, form.number("to"))
        roster.hand_over(s, staff_of(request), turn_id, to, form.text("note"))
    return done(request, "/roster", "handed_over")


@router.post("/roster/{turn_id:int}/end")
@allow(Action.manage_roster)
def end(request: Request, turn_id: int) -> Response:
    """Take a turn back."""
    with transaction() as s:
        roster.end_on_call(s, staff_of(request), turn_id)
    return done(request, "/roster", "saved")


@router.post("/absences")
@allow(Action.do_duty)
def add_absence(request: Request) -> Response:
    """Record days on which a person is away; one's own, or anybody's for those who keep the roster."""
    form, me = form_of(request), staff_of(request)
    try:
        with transaction() as s:
            person = staff_queries.person(s, form.number("absent", me.id))
            deputy = staff_queries.person(s, form.number("deputy")) if form.text("deputy") else None
            roster.add_absence(
                s, me, person, _day(form, "first_day"), _day(form, "last_day"), deputy, form.text("absence_note")
            )
    except YiyuanError as error:
        return _show(request, status=error.status, faults={error.field or "first_day": error.message})
    return done(request, "/roster", "absent")


@router.post("/absences/{absence_id:int}/cancel")
@allow(Action.do_duty)
def cancel_absence(request: Request, absence_id: int) -> Response:
    """The person is back."""
    with transaction() as s:
        roster.cancel_absence(s, staff_of(request), absence_id)
    return done(request, "/roster", "saved")


@router.post("/me/deputy")
@allow(Action.do_duty)
def own_deputy(request: Request) -> Response:
    """Choose the standing deputy."""
    form, me = form_of(request), staff_of(request)
    try:
        with transaction() as s:
            person = staff_queries.person(s, me.id)
            deputy = staff_queries.person(s, form.number("standing")) if form.text("standing") else None
            roster.set_deputy(s, me, person, deputy)
    except YiyuanError as error:
        fault = {"standing" if error.field == "deputy" else error.field or "standing": error.message}
        return _show(request, status=error.status, faults=fault)
    return done(request, "/roster", "saved")
