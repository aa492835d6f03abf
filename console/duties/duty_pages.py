"""任务: what a person has to do and what is open at all; taking, handing over and finishing a duty."""

from fastapi import APIRouter, Request, Response

from console.duties import queries
from console.staff import queries as staff_queries
from console.web.authorization import GuardedRoute, allow
from console.web.forms import form_of
from console.web.sessions import staff_of
from console.web.templating import done, page
from duties import duties, subjects
from yiyuan.db.session import transaction
from yiyuan.models import Duty, Staff
from yiyuan.staff.permissions import Action, may

router = APIRouter(route_class=GuardedRoute)


@router.get("/duties")
@allow(Action.do_duty)
def listing(request: Request, all: str = "") -> Response:
    """The person's own duties; with `all`, everybody's for those who answer events."""
    me = staff_of(request)
    everybody = bool(all) and may(me, Action.see_every_duty)
    with transaction(read_only=True) as s:
        found = queries.every_open(s) if everybody else duties.waiting_for(s, me)
        groups, acts = queries.by_subject(s, found), queries.acts(s, me, found)
        names = staff_queries.names(s)
    return page(request, "duties/list.html", groups=groups, acts=acts, names=names, everybody=everybody)


def _after(request: Request, me: Staff, duty: Duty, message: str) -> Response:
    """Back to the page of the subject for those who may read it, else to the person's own list."""
    with transaction(read_only=True) as s:
        link = subjects.source(duty.subject_kind).describe(s, duty.subject_id).link
    return done(request, f"{link}#duties" if may(me, Action.read_event) else "/duties", message)


@router.post("/duties/{duty_id:int}/acknowledge")
@allow(Action.do_duty)
def acknowledge(request: Request, duty_id: int) -> Response:
    """Take a duty."""
    me = staff_of(request)
    with transaction() as s:
        duty = duties.acknowledge(s, me, duty_id)
    return _after(request, me, duty, "acknowledged")


@router.post("/duties/{duty_id:int}/hand-over")
@allow(Action.do_duty)
def hand_over(request: Request, duty_id: int) -> Response:
    """Give a duty to a colleague."""
    form, me = form_of(request), staff_of(request)
    with transaction() as s:
        to = staff_queries.person(s, form.number("to"))
        duty = duties.hand_over(s, me, duty_id, to, form.text("reason"))
    return _after(request, me, duty, "handed_over")


@router.post("/duties/{duty_id:int}/finish")
@allow(Action.do_duty)
def finish(request: Request, duty_id: int) -> Response:
    """Report a duty done."""
    me = staff_of(request)
    with transaction() as s:
        duty = duties.finish(s, me, duty_id, form_of(request).text("result"))
    return _after(request, me, duty, "finished")
