"""小红书 in the sandbox: what an operator does on the phone, and the link that proves it."""

import secrets

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from channels.sandbox import posts
from channels.sandbox.site import Site
from channels.sandbox.store import Store

NAME = "xiaohongshu"


async def add_note(request: Request) -> Response:
    """POST {title, body}: post a note as the operator does in the app; returns the link to prove it with."""
    store: Store = request.app.state.store
    body, note_id = await request.json(), secrets.token_hex(12)
    posts.add(store, NAME, note_id, note_id, {"title": body["title"], "content": body.get("body", "")})
    store.run("UPDATE post SET state = 0 WHERE platform = ? AND id = ?", NAME, note_id)
    url = f"{str(request.base_url).rstrip('/')}/www.xiaohongshu.com/explore/{note_id}"
    return JSONResponse({"id": note_id, "url": url})


async def note(request: Request) -> Response:
    """A link as an operator copies it."""
    return RedirectResponse(f"/web/{NAME}/{request.path_params['id']}")


SITE = Site(
    routes=[
        Route("/admin/xiaohongshu", add_note, methods=["POST"]),
        Route("/www.xiaohongshu.com/explore/{id}", note),
    ]
)
