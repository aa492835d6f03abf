"""公众号: draft box, free publish and comments."""

import json
import re
import secrets
import time
from html import unescape
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from channels.platforms.official_account.sandbox_common import NAME, answer, base
from channels.platforms.official_account.sandbox_material import is_ours
from channels.sandbox import posts
from channels.sandbox.store import Store

_COMMENTS = """SELECT * FROM comment WHERE platform = ? AND post = ? AND deleted = 0
    ORDER BY at DESC, number DESC LIMIT ? OFFSET ?"""


_SCRIPT = re.compile(r"<script.*?</script>", re.DOTALL | re.IGNORECASE)
_IMAGE = re.compile(r"""<img\b(?:[^>]*?\bsrc\s*=\s*(["'])(.*?)\1)?[^>]*>""", re.IGNORECASE | re.DOTALL)


def _fault(store: Store, article: dict[str, Any]) -> Response | None:
    cover = store.row("SELECT id FROM media WHERE id = ?", article.get("thumb_media_id"))
    checks = [
        (cover is None, 40007, "invalid media_id"),
        (not article.get("title") or len(article["title"]) > 32, 45003, "title size out of limit"),
        (len(article.get("author", "")) > 16, 45110, "author size out of limit"),
        (len(article.get("digest", "")) > 128, 45004, "description size out of limit"),
        (len(article.get("content", "")) >= 20_000, 45002, "content size out of limit"),
        (len(article.get("content_source_url", "")) > 1024, 45005, "url size out of limit"),
    ]
    return next((answer(code, message) for wrong, code, message in checks if wrong), None)


def draft_add(request: Request, store: Store, body: dict[str, Any]) -> Response:
    """POST /cgi-bin/draft/add; images that were not uploaded are filtered out of the body."""
    article = dict(body["articles"][0])
    fault = _fault(store, article)
    if fault is not None:
        return fault
    article["content"] = _IMAGE.sub(
        lambda image: image[0] if is_ours(request, store, unescape(image[2] or "")) else "",
        _SCRIPT.sub("", article["content"]),
    )
    media_id = secrets.token_urlsafe(32)
    sql = "INSERT INTO draft (id, article, at) VALUES (?, ?, ?)"
    store.run(sql, media_id, json.dumps(article, ensure_ascii=False), time.time())
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


def _news(article: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in article.items() if name != "content" or not body.get("no_content")}


def submit(request: Request, store: Store, body: dict[str, Any]) -> Response:
    """POST /cgi-bin/freepublish/submit: takes the draft out of the box; accepted is not published."""
    row = store.row("SELECT * FROM draft WHERE id = ? AND consumed = 0", body.get("media_id"))
    if row is None:
        return answer(40007, "invalid media_id")
    number = store.rows("SELECT count(*) AS n FROM post WHERE platform = ?", NAME)[0]["n"]
    publish_id, msg_data_id, article_id = 100000001 + number, 2247480001 + number, secrets.token_urlsafe(24)
    url = f"{base(request)}/web/{NAME}/{article_id}?__biz=sandbox&mid={msg_data_id}&idx=1"
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
