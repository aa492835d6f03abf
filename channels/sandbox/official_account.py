"""公众号 as its documents describe it: tokens, material, draft box, free publish, comments."""

import json
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from channels.sandbox import posts
from channels.sandbox.store import Store

NAME = "official_account"
LIFETIME, OVERLAP = 7200, 300
_COMMENTS = """SELECT * FROM comment WHERE platform = ? AND post = ? AND deleted = 0
    ORDER BY at DESC, number DESC LIMIT ? OFFSET ?"""
Handler = Callable[[Request, Store, dict[str, Any]], Awaitable[Response] | Response]


def answer(code: int = 0, message: str = "ok", **data: Any) -> JSONResponse:
    """Always 200; errcode says the rest."""
    return JSONResponse({"errcode": code, "errmsg": message, **data})


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
    media_id = secrets.token_urlsafe(32)
    store.run("INSERT INTO media VALUES (?, ?, ?)", media_id, kind, store.keep(content))
    return JSONResponse({"media_id": media_id, "url": "http://mmbiz.qpic.cn/sandbox"})


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
    return JSONResponse({"url": f"{_base(request)}/mmbiz.qpic.cn/{store.keep(content)}"})


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _fault(store: Store, one: dict[str, Any]) -> Response | None:
    cover = store.row("SELECT id FROM media WHERE id = ?", one.get("thumb_media_id"))
    checks = [
        (cover is None, 40007, "invalid media_id"),
        (not one.get("title") or len(one["title"]) > 32, 45003, "title size out of limit"),
        (len(one.get("author", "")) > 16, 45110, "author size out of limit"),
        (len(one.get("digest", "")) > 128, 45004, "description size out of limit"),
        (len(one.get("content", "")) >= 20_000, 45002, "content size out of limit"),
        (len(one.get("content_source_url", "")) > 1024, 45005, "url size out of limit"),
    ]
    return next((answer(code, message) for wrong, code, message in checks if wrong), None)


def draft_add(request: Request, store: Store, body: dict[str, Any]) -> Response:
    """POST /cgi-bin/draft/add; images from elsewhere are filtered out of the body."""
    one = dict(body["articles"][0])
    fault = _fault(store, one)
    if fault is not None:
        return fault
    own = re.escape(f"{_base(request)}/mmbiz.qpic.cn/")
    one["content"] = re.sub(
        rf"""<img\b(?![^>]*src=["']{own})[^>]*>|<script.*?</script>""", "", one["content"], flags=re.S
    )
    media_id = secrets.token_urlsafe(32)
    sql = "INSERT INTO draft (id, article, at) VALUES (?, ?, ?)"
    store.run(sql, media_id, json.dumps(one, ensure_ascii=False), time.time())
    return JSONResponse({"media_id": media_id})


def draft_get(_request: Request, store: Store, body: dict[str, Any]) -> Response:
    """POST /cgi-bin/draft/get: 40007 once it was submitted or deleted."""
    row = store.row("SELECT * FROM draft WHERE id = ? AND consumed = 0", body.get("media_id"))
    return JSONResponse({"news_item": [json.loads(row["article"])]}) if row else answer(40007, "invalid media_id")


def draft_batchget(_request: Request, store: Store, body: dict[str, Any]) -> Response:
    """POST /cgi-bin/draft/batchget."""
    sql = "SELECT * FROM draft WHERE consumed = 0 ORDER BY at DESC LIMIT ? OFFSET ?"
    rows = store.rows(sql, int(body["count"]), int(body["offset"]))
    items = [
        {
            "media_id": r["id"],
            "content": {"news_item": [_news(json.loads(r["article"]), body)]},
            "update_time": int(r["at"]),
        }
        for r in rows
    ]
    total = store.rows("SELECT count(*) AS n FROM draft WHERE consumed = 0")[0]["n"]
    return JSONResponse({"total_count": total, "item_count": len(items), "item": items})


def _news(one: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in one.items() if name != "content" or not body.get("no_content")}


def submit(request: Request, store: Store, body: dict[str, Any]) -> Response:
    """POST /cgi-bin/freepublish/submit: takes the draft out of the box; accepted is not published."""
    row = store.row("SELECT * FROM draft WHERE id = ? AND consumed = 0", body.get("media_id"))
    if row is None:
        return answer(40007, "invalid media_id")
    number = store.rows("SELECT count(*) AS n FROM post WHERE platform = ?", NAME)[0]["n"]
    publish_id, msg_data_id, article_id = 100000001 + number, 2247480001 + number, secrets.token_urlsafe(24)
    url = f"{_base(request)}/web/{NAME}/{article_id}?__biz=sandbox&mid={msg_data_id}&idx=1"
    data = json.loads(row["article"]) | {"msg_data_id": msg_data_id, "url": url}
    store.run("UPDATE draft SET consumed = 1 WHERE id = ?", row["id"])
    posts.add(store, NAME, article_id, str(publish_id), data)
    # Documented as a string and seen as a number.
    odd = store.setting("odd_numbers") and number % 2
    return answer(publish_id=publish_id if odd else str(publish_id), msg_data_id=msg_data_id)


def publish_get(_request: Request, store: Store, body: dict[str, Any]) -> Response:
    """POST /cgi-bin/freepublish/get: 0 live, 1 publishing, 2 to 4 failed, 5 deleted, 6 banned."""
    found = store.row("SELECT id FROM post WHERE platform = ? AND key = ?", NAME, str(body.get("publish_id")))
    row = posts.looked(store, NAME, found["id"]) if found else None
    if row is None:
        return answer(53600, "invalid publish_id")
    status = 5 if row["deleted"] else 1 if row["state"] == posts.PENDING else row["state"]
    reply: dict[str, Any] = {
        "publish_id": row["key"],
        "publish_status": status,
        "fail_idx": [1] if status in (2, 3, 4) else [],
    }
    if status == 0:
        item = {"idx": 1, "article_url": json.loads(row["data"])["url"]}
        reply |= {"article_id": row["id"], "article_detail": {"count": 1, "item": [item]}}
    return JSONResponse(reply)


def publish_batchget(_request: Request, store: Store, body: dict[str, Any]) -> Response:
    """POST /cgi-bin/freepublish/batchget: successes only, newest first."""
    if not 1 <= int(body["count"]) <= 20:
        return answer(40097, "invalid args")
    rows = posts.newest(store, NAME, int(body["offset"]), int(body["count"]), live_only=True)
    items = [
        {
            "article_id": row["id"],
            "content": {"news_item": [_news(json.loads(row["data"]) | {"is_deleted": False}, body)]},
            "update_time": int(row["at"]),
        }
        for row in rows
    ]
    return JSONResponse(
        {"total_count": posts.total(store, NAME, live_only=True), "item_count": len(items), "item": items}
    )


def getarticle(_request: Request, store: Store, body: dict[str, Any]) -> Response:
    """POST /cgi-bin/freepublish/getarticle."""
    row = store.row("SELECT * FROM post WHERE platform = ? AND id = ? AND state = 0", NAME, body.get("article_id"))
    if row is None:
        return answer(53600, "invalid article_id")
    return JSONResponse({"news_item": [json.loads(row["data"]) | {"is_deleted": bool(row["deleted"])}]})


def publish_delete(_request: Request, store: Store, body: dict[str, Any]) -> Response:
    """POST /cgi-bin/freepublish/delete: for good."""
    sql = "UPDATE post SET deleted = 1 WHERE platform = ? AND id = ? AND deleted = 0"
    return answer() if store.run(sql, NAME, body.get("article_id")) else answer(53600, "invalid article_id")


def comment_list(_request: Request, store: Store, body: dict[str, Any]) -> Response:
    """POST /cgi-bin/comment/list: newest first, fewer than 50 at once."""
    sql = "SELECT * FROM post WHERE platform = ? AND json_extract(data, '$.msg_data_id') = ? AND deleted = 0"
    post = store.row(sql, NAME, int(body["msg_data_id"]))
    if int(body["count"]) >= 50:
        return answer(40097, "invalid args: count")
    if post is None:
        return answer(88001, "msg_data is not exists")
    if not json.loads(post["data"]).get("need_open_comment"):
        return answer(88000, "without comment privilege")
    rows = store.rows(_COMMENTS, NAME, post["id"], int(body["count"]), int(body["begin"]))
    found = [
        {
            "user_comment_id": row["number"],
            "openid": row["author"],
            "create_time": int(row["at"]),
            "content": row["text"],
            "comment_type": 0,
            "reply": [] if row["number"] % 2 else {"content": "", "create_time": 0},
        }
        for row in rows
    ]
    return answer(total=posts.comment_count(store, NAME, post["id"]), comment=found)


def domain_ip(_request: Request, _store: Store, _body: dict[str, Any]) -> Response:
    """GET /cgi-bin/get_api_domain_ip."""
    return JSONResponse({"ip_list": ["127.0.0.1"]})


HANDLERS: dict[str, Handler] = {
    "material/add_material": add_material,
    "media/uploadimg": uploadimg,
    "draft/add": draft_add,
    "draft/get": draft_get,
    "draft/batchget": draft_batchget,
    "freepublish/submit": submit,
    "freepublish/get": publish_get,
    "freepublish/batchget": publish_batchget,
    "freepublish/getarticle": getarticle,
    "freepublish/delete": publish_delete,
    "comment/list": comment_list,
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


ROUTES = [Route("/api.weixin.qq.com/cgi-bin/{rest:path}", call, methods=["GET", "POST"])]
