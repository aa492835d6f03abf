"""Faults on demand, around every platform call: the next N calls of a path fail in a chosen way.

kinds: error (a body with `code`), 429 (`seconds` as Retry-After), drop_before and drop_after (the connection breaks
before or after the call took effect), fail_after (500 although it took effect), delay (takes effect `seconds` later,
even when the caller is gone by then), slow (answers `seconds` after it took effect).
"""

import asyncio
import sqlite3
import time

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from channels.sandbox.store import Store

KINDS = ("error", "429", "drop_before", "drop_after", "fail_after", "delay", "slow")
_OWN = ("/admin", "/web", "/files", "/mmbiz.qpic.cn")  # pictures are streamed, which the replay here cannot


class Faults:
    """ASGI middleware; also keeps the list of calls for the admin interface."""

    def __init__(self, app: ASGIApp, store: Store) -> None:
        self.app, self.store = app, store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_OWN):
            await self.app(scope, receive, send)
            return
        body = await _whole(receive)
        if body[-1]["type"] == "http.disconnect":
            return  # the caller died before it had sent everything: nothing happened
        fault = self.store.row('SELECT * FROM fault WHERE path = ? AND "left" > 0 ORDER BY id', scope["path"])
        if fault is not None:
            self.store.run('UPDATE fault SET "left" = "left" - 1 WHERE id = ?', fault["id"])
        messages = await self._answer(scope, body, fault)
        status = next((message["status"] for message in messages if message["type"] == "http.response.start"), 0)
        sql = "INSERT INTO call (at, method, path, status) VALUES (?, ?, ?, ?)"
        self.store.run(sql, time.time(), scope["method"], scope["path"], status)
        for message in messages:
            await send(message)

    async def _answer(self, scope: Scope, body: list[Message], fault: sqlite3.Row | None) -> list[Message]:
        kind = fault["kind"] if fault is not None else ""
        seconds = float(fault["seconds"] or 0) if fault is not None else 0.0
        if fault is not None and kind == "error":
            error = {"errcode": fault["code"], "errmsg": "injected", "code": fault["code"], "message": "injected"}
            return await _run(JSONResponse(error), scope, [])
        if kind == "429":
            return await _run(Response(status_code=429, headers={"Retry-After": str(int(seconds))}), scope, [])
        if kind == "drop_before":
            return _BROKEN
        if kind == "delay":
            await asyncio.sleep(seconds)
        messages = await _run(self.app, scope, body)
        if kind == "slow":
            await asyncio.sleep(seconds)
        if kind == "drop_after":
            return _BROKEN
        return await _run(Response(status_code=500), scope, []) if kind == "fail_after" else messages


#: A promise of bytes that never come: the server has to break the connection.
_BROKEN: list[Message] = [{"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}]


async def _whole(receive: Receive) -> list[Message]:
    # Read at once: a caller that goes away during a delay has still sent its request.
    messages = [await receive()]
    while messages[-1].get("more_body"):
        messages.append(await receive())
    return messages


async def _run(app: ASGIApp, scope: Scope, body: list[Message]) -> list[Message]:
    waiting, sent = list(body), list[Message]()

    async def receive() -> Message:
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent
