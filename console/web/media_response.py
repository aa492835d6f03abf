"""Desensitised media as responses; whatever a file holds may run nothing."""

from fastapi import Response
from fastapi.responses import FileResponse

from console.web import permissions
from console.web.security_headers import SANDBOX_CSP
from yiyuan.models import Asset
from yiyuan.storage import media


def serve(asset: Asset, *, download: bool = False) -> Response:
    """The file under a name and a type of ours; whatever it holds may run nothing."""
    form = permissions.served_as(asset)
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
