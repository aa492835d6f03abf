"""Files that were uploaded to the sandbox, served by their sha256."""

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

from channels.sandbox.store import Store


def _kind(start: bytes) -> str:
    if start.startswith(b"\xff\xd8"):
        return "image/jpeg"
    if start.startswith(b"\x89PNG"):
        return "image/png"
    if start.startswith(b"GIF8"):
        return "image/gif"
    return "video/mp4" if start[4:8] == b"ftyp" else "application/octet-stream"


async def file(request: Request) -> Response:
    """A file that was uploaded here, by its sha256."""
    store: Store = request.app.state.store
    sha = request.path_params["sha"]
    path = store.files / sha
    if len(sha) != 64 or not sha.isalnum() or not path.is_file():
        return HTMLResponse("", status_code=404)
    with path.open("rb") as source:
        kind = _kind(source.read(12))
    return FileResponse(path, media_type=kind, headers={"X-Content-Type-Options": "nosniff"})
