"""今日工作: the first page, by role."""

from fastapi import APIRouter, Request, Response

from console.guard import EVERYBODY, GuardedRoute, allow
from console.queries.day import day_of, holiday_warning
from console.render import page
from console.visit import staff_of
from yiyuan.people import Role
from yiyuan.store import transaction

router = APIRouter(route_class=GuardedRoute)


@router.get("/")
@allow(*EVERYBODY)
def show(request: Request) -> Response:
    """What waits for this person today."""
    me = staff_of(request)
    with transaction(read_only=True) as s:
        day = day_of(s, me)
    warns = {Role.administrator, Role.publicity} & set(me.roles)
    return page(request, "day.html", day=day, holidays=holiday_warning() if warns else None)
