"""Desensitised media with Range support. Originals have no address here."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from console import access
from console.guard import EVERYBODY, GuardedRoute, allow
from console.headers import SANDBOX_CSP
from console.visit import staff_of
from review import pages
from review.picturing import ROLE as ATTACHMENT
from yiyuan import media
from yiyuan.errors import Missing
from yiyuan.models import Asset
from yiyuan.people import Role
from yiyuan.store import transaction
from yiyuan.texts import _

router = APIRouter(route_class=GuardedRoute)


def serve(asset: Asset, *, download: bool = False) -> Response:
    """The file under a name and a type of ours; whatever it holds may run nothing."""
    form = access.served_as(asset)
    assert form is not None, "access lets nothing else through"
    media_type, suffix = form
    headers = {"Content-Security-Policy": SANDBOX_CSP, "Cache-Control": "private, no-cache"}
    return FileResponse(
        media.derived_path(asset),
        media_type=media_type,
        headers=headers,
        filename=f"yiyuan-{asset.role}-{asset.id}.{suffix}",
        content_disposition_type="attachment" if download else "inline",
    )


@router.get("/media/{asset_id}/pages/{number}")
@allow(*EVERYBODY - {Role.administrator})
def one_page(request: Request, asset_id: int, number: int) -> Response:
    """One page (from 0) of a desensitised PDF, or one frame of an animation, as a picture."""
    with transaction(read_only=True) as s:
        asset = access.derived_of(s, staff_of(request), asset_id)
        if asset.role != ATTACHMENT:
            raise Missing(_("没有这个素材"))
    content = pages.jpeg(pages.picture(asset, number))
    headers = {"Content-Security-Policy": SANDBOX_CSP, "Cache-Control": "private, max-age=300"}
    return Response(content, media_type="image/jpeg", headers=headers)


@router.get("/media/{asset_id}")
@allow(*EVERYBODY - {Role.administrator})
def derived(request: Request, asset_id: int, download: bool = False) -> Response:
    """A derived video or cover of an item the person may see."""
    with transaction(read_only=True) as s:
        asset = access.derived_of(s, staff_of(request), asset_id)
    return serve(asset, download=download)
