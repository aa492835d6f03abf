"""今日工作: the first page, by role."""

from fastapi import APIRouter, Request, Response

from console.today.queries import day_of, holiday_warning
from console.web.authorization import EVERYBODY, GuardedRoute, allow
from console.web.sessions import staff_of
from console.web.templating import page
from yiyuan.db.session import transaction
from yiyuan.staff.roles import Role

router = APIRouter(route_class=GuardedRoute)


@router.get("/")
@allow(*EVERYBODY)
def show(request: Request) -> Response:
    """What waits for this person today."""
    me = staff_of(request)
    with transaction(read_only=True) as s:
        day = day_of(s, me)
    warns = {Role.administrator, Role.publicity} & set(me.roles)
    return page(request, "today/show.html", day=day, holidays=holiday_warning() if warns else None)
