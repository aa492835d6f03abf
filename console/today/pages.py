"""今日工作: the first page, by role."""

from fastapi import APIRouter, Request, Response

from console.today.queries import day_of
from console.web.authorization import GuardedRoute, allow
from console.web.sessions import staff_of
from console.web.templating import page
from notifications import capacity
from yiyuan.db.session import transaction
from yiyuan.staff.permissions import Action, may

router = APIRouter(route_class=GuardedRoute)


@router.get("/")
@allow(Action.use_console)
def show(request: Request) -> Response:
    """What waits for this person today."""
    me = staff_of(request)
    with transaction(read_only=True) as s:
        day = day_of(s, me)
    warns = may(me, Action.watch_calendar)
    return page(request, "today/show.html", day=day, holidays=capacity.holiday_days_left() if warns else None)
