"""Desensitised media with Range support. Originals have no address here."""

from fastapi import APIRouter, Request, Response

from console.web import permissions
from console.web.authorization import GuardedRoute, allow
from console.web.media_response import serve
from console.web.security_headers import SANDBOX_CSP
from console.web.sessions import staff_of
from review.intake import page_images
from review.items.attached_files import ROLE as ATTACHMENT
from yiyuan.db.session import transaction
from yiyuan.errors import Missing
from yiyuan.i18n import _
from yiyuan.staff.permissions import Action

router = APIRouter(route_class=GuardedRoute)


@router.get("/media/{asset_id}/pages/{number}")
@allow(Action.read_item)
def one_page(request: Request, asset_id: int, number: int) -> Response:
    """One page (from 0) of a desensitised PDF, or one frame of an animation, as a picture."""
    with transaction(read_only=True) as s:
        asset = permissions.derived_of(s, staff_of(request), asset_id)
        if asset.role != ATTACHMENT:
            raise Missing(_("没有这个素材"))
    content = page_images.page_jpeg(asset, number)
    headers = {"Content-Security-Policy": SANDBOX_CSP, "Cache-Control": "private, max-age=300"}
    return Response(content, media_type="image/jpeg", headers=headers)


@router.get("/media/{asset_id}")
@allow(Action.read_item)
def derived(request: Request, asset_id: int, download: bool = False) -> Response:
    """A derived video or cover of an item the person may see."""
    with transaction(read_only=True) as s:
        asset = permissions.derived_of(s, staff_of(request), asset_id)
    return serve(asset, download=download)
