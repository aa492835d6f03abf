"""公众号 as its documents describe it: tokens, material, draft box, free publish, comments."""

import json
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from channels.platforms.official_account import sandbox_articles as articles
from channels.platforms.official_account import sandbox_material as material
from channels.platforms.official_account.sandbox_common import NAME, answer
from channels.sandbox import files
from channels.sandbox.site import Site
from channels.sandbox.store import Store

LIFETIME, OVERLAP = 7200, 300
Handler = Callable[[Request, Store, dict[str, Any]], Awaitable[Response] | Response]


def stable_token(store: Store, body: dict[str, Any]) -> Response:
    """POST /cgi-bin/stable_token: the same token again while it is good for more than five minutes."""
    app = store.row("SELECT * FROM app WHERE platform = ? AND id = ?", NAME, body.get("appid"))
    if app is None:
        return answer(40013, "invalid appid")
    if body.get("secret") != app["secret"]:
        return answer(40125, "invalid appsecret")
    now = time.time()
    if body.get("force_refresh"):
        store.run("DELETE FROM token WHERE platform = ? AND app = ?", NAME, app["id"])
    sql = "SELECT * FROM token WHERE platform = ? AND app = ? AND expires_at > ? ORDER BY expires_at DESC"
    token = store.row(sql, NAME, app["id"], now + OVERLAP)
    if token is None:
        fresh = f"sandbox_{secrets.token_urlsafe(90)}"
        store.run("INSERT INTO token VALUES (?, ?, ?, '', ?)", fresh, NAME, app["id"], now + LIFETIME)
        return JSONResponse({"access_token": fresh, "expires_in": LIFETIME})
    return JSONResponse({"access_token": token["access"], "expires_in": int(token["expires_at"] - now)})


def _refused(store: Store, access: str | None) -> Response | None:
    if not access:
        return answer(41001, "access_token missing")
    token = store.row("SELECT * FROM token WHERE platform = ? AND access = ?", NAME, access)
    if token is None:
        return answer(40001, "invalid credential, access_token is invalid or not latest")
    return answer(42001, "access_token expired") if token["expires_at"] <= time.time() else None


def domain_ip(_request: Request, _store: Store, _body: dict[str, Any]) -> Response:
    """GET /cgi-bin/get_api_domain_ip."""
    return JSONResponse({"ip_list": ["127.0.0.1"]})


HANDLERS: dict[str, Handler] = {
    "material/add_material": material.add_material,
    "media/uploadimg": material.uploadimg,
    "draft/add": articles.draft_add,
    "draft/get": articles.draft_get,
    "draft/batchget": articles.draft_batchget,
    "freepublish/submit": articles.submit,
    "freepublish/get": articles.publish_get,
    "freepublish/batchget": articles.publish_batchget,
    "freepublish/getarticle": articles.getarticle,
    "freepublish/delete": articles.publish_delete,
    "comment/list": articles.comment_list,
    "get_api_domain_ip": domain_ip,
}


async def _json(request: Request) -> dict[str, Any]:
    if not request.headers.get("content-type", "").startswith("application/json"):
        return {}
    # Escapes are taken literally here, as the platform does: a client that escapes Chinese shows \uXXXX to readers.
    found: dict[str, Any] = json.loads((await request.body()).replace(b"\\u", b"\\\\u"))
    return found


async def call(request: Request) -> Response:
    """Any call of api.weixin.qq.com/cgi-bin."""
    store: Store = request.app.state.store
    path = urlsplit(str(request.url)).path.split("/cgi-bin/", 1)[1]
    body = await _json(request)
    if path == "stable_token":
        return stable_token(store, body)
    if path not in HANDLERS:
        return answer(404, "not found")
    refused = _refused(store, request.query_params.get("access_token"))
    if refused is not None:
        return refused
    reply = HANDLERS[path](request, store, body)
    return reply if isinstance(reply, Response) else await reply


def cover(store: Store, data: Mapping[str, Any]) -> str:
    """The sha256 of the thumb that an article was sent with."""
    row = store.row("SELECT sha256 FROM media WHERE id = ?", data.get("thumb_media_id"))
    return str(row["sha256"]) if row else ""


SITE = Site(
    routes=[
        Route("/api.weixin.qq.com/cgi-bin/{rest:path}", call, methods=["GET", "POST"]),
        Route("/mmbiz.qpic.cn/{sha}", files.file),
    ],
    application=("wx0000000000sandbox", "sandbox-secret"),
    cover=cover,
)
