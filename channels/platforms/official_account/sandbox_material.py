"""公众号: covers and images."""

import secrets
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from channels.platforms.official_account.sandbox_common import answer, base
from channels.sandbox.store import Store

HOST = "mmbiz.qpic.cn"
_PICTURES = (b"\xff\xd8", b"\x89PNG", b"GIF8", b"BM")


async def _file(request: Request) -> UploadFile | None:
    if "content-length" not in request.headers:
        return None
    part = (await request.form()).get("media")
    return part if isinstance(part, UploadFile) else None


async def add_material(request: Request, store: Store, _body: dict[str, Any]) -> Response:
    """POST /cgi-bin/material/add_material?type=image|thumb|video: permanent."""
    kind, limits = request.query_params.get("type", ""), {"image": 10 * 2**20, "thumb": 64 * 2**10, "video": 10 * 2**20}
    part = await _file(request)
    if part is None:
        return answer(41005, "media data missing")
    content = await part.read()
    if kind not in limits:
        return answer(40004, "invalid media type")
    if len(content) > limits[kind]:
        return answer(45001, "media size out of limit")
    if kind != "video" and not content.startswith(_PICTURES):
        return answer(40005, "invalid file type")
    media_id, sha = secrets.token_urlsafe(32), store.keep(content)
    store.run("INSERT INTO media VALUES (?, ?, ?)", media_id, kind, sha)
    # Only a picture gets an address, for use in bodies.
    return JSONResponse({"media_id": media_id} | ({"url": _address(request, store, sha)} if kind == "image" else {}))


async def uploadimg(request: Request, store: Store, _body: dict[str, Any]) -> Response:
    """POST /cgi-bin/media/uploadimg: images of the body, jpg or png under 1 MB."""
    part = await _file(request)
    if part is None:
        return answer(41005, "media data missing")
    content = await part.read()
    if not content.startswith((b"\xff\xd8", b"\x89PNG")):
        return answer(40005, "invalid file type")
    if len(content) >= 2**20:
        return answer(40009, "invalid image size")
    return JSONResponse({"url": _address(request, store, store.keep(content))})


def _address(request: Request, store: Store, sha: str) -> str:
    """The address of a picture that was uploaded; a body may show those and no others."""
    store.run("INSERT OR IGNORE INTO media VALUES (?, 'body', ?)", f"url:{sha}", sha)
    return f"{base(request)}/{HOST}/{sha}"


def is_ours(request: Request, store: Store, source: str) -> bool:
    """Whether an image address in a body is one that an upload was answered with."""
    sha = source.removeprefix(f"{base(request)}/{HOST}/")
    return sha != source and store.row("SELECT id FROM media WHERE id = ?", f"url:{sha}") is not None
