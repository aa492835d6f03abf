"""暂停发布: one button that holds all releases, and what waits behind it."""

from fastapi import APIRouter, Request, Response

from channels.delivery import holds
from console.posts import queries as post_queries
from console.staff.queries import names
from console.web.authorization import GuardedRoute, allow
from console.web.forms import form_of
from console.web.sessions import staff_of
from console.web.templating import done, page
from yiyuan import clock
from yiyuan.codes import PostState
from yiyuan.db.session import transaction
from yiyuan.staff.permissions import Action

router = APIRouter(route_class=GuardedRoute)


@router.get("/holds")
@allow(Action.read_hold)
def show(request: Request) -> Response:
    """Whether releases are held, by whom and why, and what waits."""
    with transaction(read_only=True) as s:
        current, rows, people = holds.current(s), post_queries.with_accounts(s, holds.waiting(s)), names(s)
        due = sum(row.post.state == PostState.PLANNED and row.post.due_at <= clock.now() for row in rows)
    return page(request, "posts/holds.html", current=current, rows=rows, due=due, people=people)


@router.post("/holds")
@allow(Action.set_hold)
def hold(request: Request) -> Response:
    """Hold everything that has not gone out yet."""
    with transaction() as s:
        holds.set_hold(s, staff_of(request), form_of(request).text("reason"))
    return done(request, "/holds", "held")


@router.post("/holds/lift")
@allow(Action.lift_hold)
def lift(request: Request) -> Response:
    """Let releases go on."""
    with transaction() as s:
        holds.lift(s, staff_of(request))
    return done(request, "/holds", "lifted")
