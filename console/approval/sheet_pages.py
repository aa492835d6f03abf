"""审批单: the form a hospital prints, signs, seals and files."""

import io

import segno
from fastapi import APIRouter, Request, Response

from console.items.item_context import common, load
from console.web.authorization import GuardedRoute, allow
from console.web.security_headers import SANDBOX_CSP
from console.web.templating import page
from review.approval import sheet
from review.policies import policies
from yiyuan.db.session import transaction
from yiyuan.errors import Conflict
from yiyuan.i18n import _
from yiyuan.settings import settings
from yiyuan.staff.permissions import Action

router = APIRouter(route_class=GuardedRoute)


@router.get("/items/{item_id:int}/sheet")
@allow(Action.read_item)
def show(request: Request, item_id: int, revision: int | None = None) -> Response:
    """The sheet of a frozen revision; before the last signature it says that it is not complete."""
    view = load(request, item_id, revision)
    if view.revision.digest is None:
        raise Conflict(_("内容还没有定稿，定稿送审后才有审批单"))
    faults: list[str] = []
    if view.sheet is not None:
        with transaction(read_only=True) as s:
            faults = sheet.verify(s, view.sheet)
    return page(
        request, "approval/sheet.html", faults=faults, policy=policies.load(view.item.policy), **common(request, view)
    )


@router.get("/items/{item_id:int}/qr.svg")
@allow(Action.read_item)
def qr(request: Request, item_id: int) -> Response:
    """The address of the item as a QR code, to find the record behind a printed sheet."""
    load(request, item_id)
    target = io.BytesIO()
    segno.make(f"{settings().console_url}/items/{item_id}", error="m").save(target, kind="svg", scale=3, border=0)
    headers = {"Content-Security-Policy": SANDBOX_CSP}
    return Response(target.getvalue(), media_type="image/svg+xml", headers=headers)
