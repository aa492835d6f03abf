"""The admin interface: faults, settings, comments put under a post, and the ledger of what was really posted.

For the demo, drills and tests; no platform has such a thing, so it lies on a path of its own.
"""

import json
import time
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from channels.sandbox import posts
from channels.sandbox.faults import KINDS
from channels.sandbox.store import SETTINGS, Store


def _store(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


def _wrong(message: str) -> Response:
    return JSONResponse({"error": message}, status_code=422)


async def add_fault(request: Request) -> Response:
    """POST {path, kind, times=1, code=0, seconds=0}: the next calls of exactly this path fail; DELETE forgets all."""
    store = _store(request)
    if request.method == "DELETE":
        return JSONResponse({"removed": store.run("DELETE FROM fault")})
    body = await request.json()
    if body.get("kind") not in KINDS:
        return _wrong(f"kind must be one of {', '.join(KINDS)}")
    sql = 'INSERT INTO fault (path, kind, "left", code, seconds) VALUES (?, ?, ?, ?, ?)'
    values = (
        body["path"],
        body["kind"],
        int(body.get("times", 1)),
        int(body.get("code", 0)),
        float(body.get("seconds", 0)),
    )
    store.run(sql, *values)
    return JSONResponse({"ok": True})


async def change_settings(request: Request) -> Response:
    """POST any of polls, seconds, odd_numbers, outcome (how the next post ends, the platform's number; null: live)."""
    body = await request.json()
    if set(body) - set(SETTINGS):
        return _wrong(f"settings are {', '.join(SETTINGS)}")
    for name, value in body.items():
        _store(request).set(name, value)
    return JSONResponse({name: _store(request).setting(name) for name in SETTINGS})


def _moment(value: Any, now: float) -> float:
    if value is None:
        return now
    return datetime.fromisoformat(value).timestamp() if isinstance(value, str) else float(value)


async def add_comments(request: Request) -> Response:
    """POST {platform, id, comments: [{author, text, at?}]}: put comments under a post, thousands at a time."""
    store, body, now = _store(request), await request.json(), time.time()
    if store.row("SELECT id FROM post WHERE platform = ? AND id = ?", body["platform"], body["id"]) is None:
        return _wrong("no such post")
    rows = [
        (body["platform"], body["id"], comment.get("author", "用户"), comment["text"], _moment(comment.get("at"), now))
        for comment in body["comments"]
    ]
    store.run_many("INSERT INTO comment (platform, post, author, text, at) VALUES (?, ?, ?, ?, ?)", rows)
    return JSONResponse({"added": len(rows), "count": posts.comment_count(store, body["platform"], body["id"])})


async def expire_tokens(request: Request) -> Response:
    """POST {platform}: every access token given so far has run out."""
    sql = "UPDATE token SET expires_at = ? WHERE platform = ?"
    return JSONResponse({"expired": _store(request).run(sql, time.time() - 1, (await request.json())["platform"])})


async def delete_post(request: Request) -> Response:
    """POST {platform, id}: the platform itself takes a post down."""
    body = await request.json()
    sql = "UPDATE post SET deleted = 1 WHERE platform = ? AND id = ?"
    return JSONResponse({"deleted": _store(request).run(sql, body["platform"], body["id"])})


async def list_posts(request: Request) -> Response:
    """GET: every post ever taken, deleted ones included; the truth that a checker compares our ledger with."""
    rows = _store(request).rows("SELECT * FROM post ORDER BY at")
    return JSONResponse(
        [
            {name: row[name] for name in ("platform", "id", "state", "deleted", "at")} | json.loads(row["data"])
            for row in rows
        ]
    )


async def list_calls(request: Request) -> Response:
    """GET: platform calls so far, oldest first; ?path= only those."""
    sql = "SELECT * FROM call WHERE path = coalesce(?, path) ORDER BY id"
    return JSONResponse([dict(row) for row in _store(request).rows(sql, request.query_params.get("path"))])


async def reset(request: Request) -> Response:
    """POST: forget everything."""
    _store(request).reset()
    return JSONResponse({"ok": True})


async def notify(request: Request) -> Response:
    """/notify: POST takes a notice as Apprise's json:// sends it, GET lists them, DELETE forgets them."""
    store = _store(request)
    if request.method == "POST":
        store.run("INSERT INTO notice (at, body) VALUES (?, ?)", time.time(), json.dumps(await request.json()))
    elif request.method == "DELETE":
        store.run("DELETE FROM notice")
    rows = store.rows("SELECT * FROM notice ORDER BY id")
    return JSONResponse([{"received_at": row["at"], **json.loads(row["body"])} for row in rows])


ROUTES = [
    Route("/admin/faults", add_fault, methods=["POST", "DELETE"]),
    Route("/admin/settings", change_settings, methods=["POST"]),
    Route("/admin/comments", add_comments, methods=["POST"]),
    Route("/admin/expire", expire_tokens, methods=["POST"]),
    Route("/admin/delete", delete_post, methods=["POST"]),
    Route("/admin/posts", list_posts),
    Route("/admin/calls", list_calls),
    Route("/admin/reset", reset, methods=["POST"]),
    Route("/notify", notify, methods=["GET", "POST", "DELETE"]),
]
