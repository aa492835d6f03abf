"""通知: what waits for this person, until it is acknowledged."""

from fastapi import APIRouter, Request, Response

from console.guard import EVERYBODY, GuardedRoute, allow
from console.render import done, page
from console.visit import staff_of
from yiyuan import notices
from yiyuan.store import transaction

router = APIRouter(route_class=GuardedRoute)


@router.get("/notices")
@allow(*EVERYBODY)
def listing(request: Request, all: bool = False) -> Response:
    """Open notices first; everything with ?all=1."""
    with transaction(read_only=True) as s:
        found = notices.for_staff(s, staff_of(request))
    unseen = [notice for notice in found if notice.acknowledged_at is None]
    return page(request, "notices.html", rows=found if all else unseen, all=all, total=len(found), unseen=len(unseen))


@router.post("/notices/{notice_id}/acknowledge")
@allow(*EVERYBODY)
def acknowledge(request: Request, notice_id: int) -> Response:
    """Seen: stops repetition and escalation."""
    with transaction() as s:
        notices.acknowledge(s, notice_id, staff_of(request))
    return done(request, "/notices", "acknowledged")
