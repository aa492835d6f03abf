"""待我审: what this person can sign now, soonest deadline first."""

from collections import Counter

from fastapi import APIRouter, Request, Response

from console.web.authorization import GuardedRoute, allow
from console.web.sessions import staff_of
from console.web.templating import page
from review.approval import inbox
from yiyuan.db.session import transaction
from yiyuan.staff.permissions import Action

router = APIRouter(route_class=GuardedRoute)
FILTERS = ("", "red", "amber", "green", "waive")


@router.get("/inbox")
@allow(Action.sign_item)
def listing(request: Request, show: str = "") -> Response:
    """Everything, or only one light, or only what needs a waiver."""
    with transaction(read_only=True) as s:
        rows = inbox.waiting_for(s, staff_of(request))
    counts = Counter([row.light for row in rows] + ["waive" for row in rows if row.kind == "waive"])
    chosen = [row for row in rows if not show or show in (row.light, row.kind)]
    return page(request, "approval/inbox.html", rows=chosen, counts=counts, total=len(rows), show=show, filters=FILTERS)
