"""Posts of the sandbox, whatever the platform: checked for a while, then live or refused as its admin asks."""

import json
import sqlite3
import time
from typing import Any

from channels.sandbox.store import Store

PENDING, LIVE = -1, 0
_PAGE = """SELECT * FROM post WHERE platform = ? AND deleted = 0 AND (state = 0 OR NOT ?)
    ORDER BY at DESC, id LIMIT ? OFFSET ?"""


def add(store: Store, platform: str, post_id: str, key: str, data: dict[str, Any]) -> None:
    """Take a post. key: the platform's own name for the job; state: negative while pending, 0 live, else refused."""
    now = time.time()
    ready, polls = now + float(store.setting("seconds")), int(store.setting("polls"))
    sql = "INSERT INTO post (platform, id, key, state, polls, ready_at, at, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    store.run(sql, platform, post_id, key, PENDING, polls, ready, now, json.dumps(data, ensure_ascii=False))


def settle(store: Store, platform: str) -> None:
    """Let every post whose time has come go live, or end as the admin interface asks of the next one."""
    sql = "SELECT * FROM post WHERE platform = ? AND state = ? AND (polls <= 0 OR ready_at <= ?)"
    for row in store.rows(sql, platform, PENDING, time.time()):
        outcome = store.setting("outcome")
        store.set("outcome", None)
        store.run("UPDATE post SET state = ? WHERE platform = ? AND id = ?", outcome or LIVE, platform, row["id"])


def looked(store: Store, platform: str, post_id: str) -> sqlite3.Row | None:
    """The post, after counting this look."""
    store.run(
        "UPDATE post SET polls = polls - 1 WHERE platform = ? AND id = ? AND state = ?", platform, post_id, PENDING
    )
    settle(store, platform)
    return store.row("SELECT * FROM post WHERE platform = ? AND id = ?", platform, post_id)


def newest(store: Store, platform: str, offset: int, count: int, *, live_only: bool) -> list[sqlite3.Row]:
    """A page of posts that are not deleted, newest first."""
    settle(store, platform)
    return store.rows(_PAGE, platform, live_only, count, offset)


def total(store: Store, platform: str, *, live_only: bool) -> int:
    """How many there are."""
    sql = "SELECT count(*) AS n FROM post WHERE platform = ? AND deleted = 0 AND (state = 0 OR NOT ?)"
    return int(store.rows(sql, platform, live_only)[0]["n"])


def comment_count(store: Store, platform: str, post_id: str) -> int:
    """Comments that are still there."""
    sql = "SELECT count(*) AS n FROM comment WHERE platform = ? AND post = ? AND deleted = 0"
    return int(store.rows(sql, platform, post_id)[0]["n"])
