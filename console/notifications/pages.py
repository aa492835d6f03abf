"""通知: what waits for this person, until it is acknowledged."""

from fastapi import APIRouter, Request, Response

from console.web.authorization import GuardedRoute, allow
from console.web.sessions import staff_of
from console.web.templating import done, page
from notifications import notices
from yiyuan.db.session import transaction
from yiyuan.staff.permissions import Action

router = APIRouter(route_class=GuardedRoute)


@router.get("/notices")
@allow(Action.use_console)
def listing(request: Request, all: bool = False) -> Response:
    """Open notices first; everything with ?all=1."""
    with transaction(read_only=True) as s:
        found = notices.for_staff(s, staff_of(request))
    unseen = [notice for notice in found if notice.acknowledged_at is None]
    return page(
        request, "notifications/list.html", rows=found if all else unseen, all=all, total=len(found), unseen=len(unseen)
    )


@router.post("/notices/{notice_id}/acknowledge")
@allow(Action.use_console)
def acknowledge(request: Request, notice_id: int) -> Response:
    """Seen: stops repetition and escalation."""
    with transaction() as s:
        notices.acknowledge(s, notice_id, staff_of(request))
    return done(request, "/notices", "acknowledged")
