"""/healthz: the supervisor asks it; it says nothing but that the database answers."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from sqlalchemy import text

from console.web.authorization import GuardedRoute, public
from yiyuan.db.session import transaction

router = APIRouter(route_class=GuardedRoute)


@router.get("/healthz")
@public
def health(request: Request) -> Response:
    """200 "ok" when a read works."""
    with transaction(read_only=True) as s:
        s.execute(text("SELECT 1"))
    return PlainTextResponse("ok")
