"""B站 as its documents describe it: oauth, signed calls, upload by parts, archive, counts."""

import hmac
import json
import secrets
import time
from collections.abc import Awaitable, Callable
from hashlib import md5
from typing import Any
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from channels.platforms.bilibili.signature import EMPTY_MD5, signature
from channels.sandbox import posts
from channels.sandbox.site import Site
from channels.sandbox.store import Store

NAME = "bilibili"
LIFETIME, CLOCK_SKEW = 30 * 86400, 600
#: Leaf categories; other numbers are refused.
TYPES = {201: "科学科普", 124: "社科·法律·心理", 228: "人文历史", 76: "美食制作", 238: "运动综合"}
Handler = Callable[[Request, Store, dict[str, Any]], Awaitable[Response] | Response]


def answer(code: int = 0, message: str = "0", data: Any = None) -> JSONResponse:
    """Always 200; `code` says the rest."""
    return JSONResponse({"code": code, "message": message, "ttl": 1, "data": data})


async def authorize(request: Request) -> Response:
    """The page on which the account's owner agrees; gives a code to the caller's address or shows it."""
    code, client = secrets.token_hex(16), request.query_params.get("client_id", "")
    request.app.state.store.run("INSERT INTO code (code, app) VALUES (?, ?)", code, client)
    target = request.query_params.get("gourl", "")
    if target.startswith(("http://127.0.0.1", "http://localhost")):
        return RedirectResponse(f"{target}?code={code}&state={quote(request.query_params.get('state', ''))}")
    return HTMLResponse(
        f"<!doctype html><meta charset=utf-8><h1>沙箱授权</h1><p>授权码：<code id=code>{code}</code></p>"
    )


async def oauth(request: Request) -> Response:
    """POST account-oauth2/v1/token and refresh_token; codes and refresh tokens work once."""
    store: Store = request.app.state.store
    form = {name: str(value) for name, value in (await request.form()).items()} | dict(request.query_params)
    app = store.row("SELECT * FROM app WHERE platform = ? AND id = ?", NAME, form.get("client_id"))
    if app is None:
        return answer(122000, "client_id错误")
    if form.get("client_secret") != app["secret"]:
        return answer(122001, "client_secret错误")
    if form.get("grant_type") == "refresh_token":
        sql = "UPDATE token SET refresh = '' WHERE refresh = ? AND refresh != '' AND app = ?"
        if not store.run(sql, form.get("refresh_token"), app["id"]):
            return answer(122007, "refresh_token错误")
    elif not store.run("UPDATE code SET used = 1 WHERE code = ? AND app = ? AND used = 0", form.get("code"), app["id"]):
        return answer(122002, "code错误")
    access, refresh, ends = secrets.token_hex(16), secrets.token_hex(16), int(time.time()) + LIFETIME
    store.run("INSERT INTO token VALUES (?, ?, ?, ?, ?)", access, NAME, app["id"], refresh, ends)
    scopes = ["USER_INFO", "ARC_BASE", "ARC_DATA"]
    # A moment, although it is called expires_in.
    return answer(data={"access_token": access, "expires_in": ends, "refresh_token": refresh, "scopes": scopes})


def _wrong_signature(store: Store, headers: dict[str, str], body_md5: str) -> Response | None:
    app = store.row("SELECT * FROM app WHERE platform = ? AND id = ?", NAME, headers.get("x-bili-accesskeyid"))
    names = ("content-md5", "signature-method", "signature-nonce", "signature-version", "timestamp")
    if app is None or any(f"x-bili-{name}" not in headers for name in names):
        return answer(4000, "签名参数错误")
    if headers["x-bili-content-md5"] != body_md5:
        return answer(4001, "content-md5错误")
    if not hmac.compare_digest(headers.get("authorization", ""), signature(app["secret"], headers)):
        return answer(4002, "签名错误")
    return _stale(store, app["id"], headers)


def _stale(store: Store, app_id: str, headers: dict[str, str]) -> Response | None:
    if abs(time.time() - int(headers["x-bili-timestamp"])) > CLOCK_SKEW:
        return answer(4003, "时间戳错误")
    if not store.run("INSERT OR IGNORE INTO nonce VALUES (?)", headers["x-bili-signature-nonce"]):
        return answer(4004, "请求重放")
    token = store.row("SELECT * FROM token WHERE platform = ? AND access = ?", NAME, headers.get("access-token"))
    if token is None or token["app"] != app_id or token["expires_at"] <= time.time():
        return answer(127001, "access_token错误或过期")
    return None


async def _signed_body(request: Request) -> tuple[dict[str, Any], str]:
    content = await request.body()
    if request.headers.get("content-type", "").startswith("application/json"):
        return json.loads(content), md5(content, usedforsecurity=False).hexdigest()
    return {}, EMPTY_MD5


def init(_request: Request, store: Store, body: dict[str, Any]) -> Response:
    """POST archive/video/init."""
    if not body.get("name", "").endswith((".mp4", ".flv")) or body.get("utype") not in ("0", "1"):
        return answer(127100, "参数错误")
    token = secrets.token_hex(24)
    store.run("INSERT INTO upload (token) VALUES (?)", token)
    return answer(data={"upload_token": token})


async def part(request: Request) -> Response:
    """POST openupos.bilivideo.com part/upload: raw bytes of known length, parts from 1."""
    store: Store = request.app.state.store
    if "content-length" not in request.headers:
        return JSONResponse({"code": -411, "message": "length required"}, status_code=411)
    token, number = request.query_params.get("upload_token"), int(request.query_params.get("part_number", "0"))
    if number < 1 or store.row("SELECT token FROM upload WHERE token = ? AND used = 0", token) is None:
        return answer(127022, "upload_token错误")
    sha = store.keep(await request.body())
    store.run("INSERT OR REPLACE INTO part VALUES (?, ?, ?)", token, number, sha)
    return answer(data={"etag": sha[:32]})


def complete(request: Request, store: Store, _body: dict[str, Any]) -> Response:
    """POST archive/video/complete: joins the parts; saying it twice does no harm."""
    token = request.query_params.get("upload_token")
    parts = store.rows("SELECT * FROM part WHERE token = ? ORDER BY number", token)
    if not parts or [row["number"] for row in parts] != list(range(1, len(parts) + 1)):
        return answer(130010, "分片不完整")
    sha = store.join([row["sha256"] for row in parts])
    return answer() if store.run("UPDATE upload SET sha256 = ? WHERE token = ? AND used = 0", sha, token) else _spent()


def _spent() -> Response:
    return answer(127022, "upload_token错误")


async def cover(request: Request, store: Store, _body: dict[str, Any]) -> Response:
    """POST archive/cover/upload: jpg or png up to 5 MB."""
    file = (await request.form()).get("file")
    if not isinstance(file, UploadFile):
        return answer(127100, "参数错误")
    content = await file.read()
    if not content.startswith((b"\xff\xd8", b"\x89PNG")) or len(content) > 5 * 2**20:
        return answer(127102, "文件类型错误")
    return answer(data={"url": f"{str(request.base_url).rstrip('/')}/files/{store.keep(content)}"})


def _bad(body: dict[str, Any]) -> bool:
    return (
        not 0 < len(body.get("title", "")) < 80
        or len(body.get("desc", "")) >= 250
        or len(body.get("tag", "")) >= 200
        or not body.get("tag")
        or body.get("tid") not in TYPES
        or body.get("copyright") not in (1, 2)
        or (body.get("copyright") == 2 and not body.get("source"))
    )


def add(request: Request, store: Store, body: dict[str, Any]) -> Response:
    """POST archive/add-by-utoken: takes a finished upload once."""
    token = request.query_params.get("upload_token")
    if _bad(body):
        return answer(127100, "参数错误")
    upload = store.row("SELECT * FROM upload WHERE token = ? AND used = 0 AND sha256 IS NOT NULL", token)
    if upload is None:
        return _spent()
    store.run("UPDATE upload SET used = 1 WHERE token = ?", token)
    resource_id = f"BV1{secrets.token_hex(5)[:9]}"
    share = f"{str(request.base_url).rstrip('/')}/web/{NAME}/{resource_id}"
    posts.add(store, NAME, resource_id, str(token), body | {"video": upload["sha256"], "share_url": share})
    return answer(data={"resource_id": resource_id})


def _archive(row: Any) -> dict[str, Any]:
    data, state = json.loads(row["data"]), row["state"]
    words = {posts.PENDING: "待审核", posts.LIVE: "开放浏览"}
    reason = "" if state in words else "内容不符合平台规范"
    return {
        **{name: data[name] for name in ("title", "cover", "tid", "desc", "tag", "copyright", "no_reprint")},
        "resource_id": row["id"],
        "ctime": int(row["at"]),
        "ptime": int(row["ready_at"]) if state == posts.LIVE else 0,
        "video_info": {"share_url": data["share_url"]},
        "addit_info": {"state": state, "state_desc": words.get(state, "已退回"), "reject_reason": reason},
    }


def view(request: Request, store: Store, _body: dict[str, Any]) -> Response:
    """GET archive/view."""
    row = posts.looked(store, NAME, request.query_params.get("resource_id", ""))
    return answer(127124, "稿件不存在") if row is None or row["deleted"] else answer(data=_archive(row))


def viewlist(request: Request, store: Store, _body: dict[str, Any]) -> Response:
    """GET archive/viewlist: newest first."""
    number, size = int(request.query_params.get("pn", 1)), int(request.query_params.get("ps", 20))
    if not 1 <= size <= 50:
        return answer(127100, "参数错误")
    rows = posts.newest(store, NAME, (number - 1) * size, size, live_only=False)
    page = {"pn": number, "ps": size, "total": posts.total(store, NAME, live_only=False)}
    return answer(data={"list": [_archive(row) for row in rows], "page": page})


def delete(_request: Request, store: Store, body: dict[str, Any]) -> Response:
    """POST archive/delete."""
    sql = "UPDATE post SET deleted = 1 WHERE platform = ? AND id = ? AND deleted = 0"
    return answer() if store.run(sql, NAME, body.get("resource_id")) else answer(127107, "稿件已删除")


def stat(request: Request, store: Store, _body: dict[str, Any]) -> Response:
    """GET data/arc/stat; numbers now and then come as strings."""
    resource_id = request.query_params.get("resource_id", "")
    row = store.row("SELECT * FROM post WHERE platform = ? AND id = ? AND deleted = 0", NAME, resource_id)
    if row is None:
        return answer(127124, "稿件不存在")
    reply = posts.comment_count(store, NAME, resource_id)
    numbers = {"view": 20 * reply, "like": reply // 2, "coin": 0, "favorite": 0, "share": reply // 10, "danmaku": 0}
    odd = store.setting("odd_numbers") and reply % 2
    counts = {name: str(value) if odd else value for name, value in (numbers | {"reply": reply}).items()}
    return answer(data={"title": json.loads(row["data"])["title"], "ptime": int(row["ready_at"]), **counts})


def types(_request: Request, _store: Store, _body: dict[str, Any]) -> Response:
    """GET archive/type/list."""
    children = [{"id": number, "name": name, "parent": 36} for number, name in TYPES.items()]
    return answer(data=[{"id": 36, "name": "知识", "parent": 0, "children": children}])


HANDLERS: dict[str, Handler] = {
    "archive/video/init": init,
    "archive/video/complete": complete,
    "archive/cover/upload": cover,
    "archive/add-by-utoken": add,
    "archive/view": view,
    "archive/viewlist": viewlist,
    "archive/delete": delete,
    "archive/type/list": types,
    "data/arc/stat": stat,
}


async def call(request: Request) -> Response:
    """Any signed call of member.bilibili.com/arcopen/fn."""
    store: Store = request.app.state.store
    body, body_md5 = await _signed_body(request)
    wrong = _wrong_signature(store, {name.lower(): value for name, value in request.headers.items()}, body_md5)
    if wrong is not None:
        return wrong
    handler = HANDLERS.get(request.path_params["rest"])
    if handler is None:
        return answer(-404, "啥都木有")
    reply = handler(request, store, body)
    return reply if isinstance(reply, Response) else await reply


async def new_code(request: Request) -> Response:
    """POST {client_id}: an authorisation code, as the owner's consent on the authorisation page gives one."""
    code = secrets.token_hex(16)
    client = (await request.json()).get("client_id", "sandbox-client")
    request.app.state.store.run("INSERT INTO code (code, app) VALUES (?, ?)", code, client)
    return JSONResponse({"code": code, "platform": NAME})


ROUTES = [
    Route("/admin/codes", new_code, methods=["POST"]),
    Route("/account.bilibili.com/pc/account-pc/auth/oauth", authorize),
    Route("/api.bilibili.com/x/account-oauth2/v1/token", oauth, methods=["POST"]),
    Route("/api.bilibili.com/x/account-oauth2/v1/refresh_token", oauth, methods=["POST"]),
    Route("/openupos.bilivideo.com/video/v2/part/upload", part, methods=["POST"]),
    Route("/member.bilibili.com/arcopen/fn/{rest:path}", call, methods=["GET", "POST"]),
]

SITE = Site(routes=ROUTES, application=("sandbox-client", "sandbox-secret"))
