"""Mentions and counts as rows: committed first, scored behind, and harmless to hand in twice."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Insert, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from sentiment.scoring.normalise import clean
from yiyuan import clock
from yiyuan.codes import Sentiment
from yiyuan.comment import Comment
from yiyuan.models import Mention, Thread, ThreadCount

#: Rows of one statement: SQLite allows 32,766 values, a row has 10.
CHUNK = 1000
#: Longer texts are cut; a platform's longest comment is far below.
TEXT_MAX = 20_000
_ID_MAX, _AUTHOR_MAX = 400, 200


def store_mentions(s: Session, thread: Thread, comments: Sequence[Comment]) -> int:
    """Store the comments that are new and return their number; one `seen_at` for the whole batch.

    A comment that is already there stays as it was first seen: an edit or a deletion on the platform changes nothing.
    """
    new = store_in_threads(s, [(thread, comment) for comment in comments])
    if new:
        s.refresh(thread, ["stored_count"])
    thread.polled_at = clock.now()
    return new


def store_in_threads(s: Session, comments: Sequence[tuple[Thread, Comment]]) -> int:
    """The same for comments of many threads at once; the counts of thread objects in memory are not refreshed."""
    moment = clock.now()
    s.flush()
    grown: Counter[int] = Counter()
    for rows in _chunks(comments, moment):
        # Insert what is new; the thread of each new row.
        grown.update(list(s.scalars(_insert_new(s).returning(Mention.thread_id), rows)))
    if grown:
        # Added by the database, so that two batches at once both count.
        table = cast(Table, Thread.__table__)
        more = table.c.stored_count + bindparam("more")
        counts = [{"number": number, "more": amount} for number, amount in grown.items()]
        s.execute(table.update().where(table.c.id == bindparam("number")).values(stored_count=more), counts)
    return grown.total()


def set_platform_count(s: Session, thread: Thread, count: int | None) -> None:
    """Keep the platform's own comment count: the highest seen; None means unknown and changes nothing."""
    if count is None or count < 0 or (thread.platform_count or 0) >= count:
        return
    thread.platform_count = count
    s.add(ThreadCount(thread_id=thread.id, at=clock.now(), count=count))
    s.flush()


def _chunks(comments: Sequence[tuple[Thread, Comment]], moment: datetime) -> Iterator[list[dict[str, Any]]]:
    for first in range(0, len(comments), CHUNK):
        rows = (_row(thread, comment, moment) for thread, comment in comments[first : first + CHUNK])
        yield list({(row["platform"], row["external_id"]): row for row in rows}.values())


def _row(thread: Thread, comment: Comment, moment: datetime) -> dict[str, Any]:
    return {
        "thread_id": thread.id,
        "platform": thread.platform,
        "external_id": short_id(comment.external_id),
        "author": clean(comment.author)[:_AUTHOR_MAX],
        "text": clean(comment.text)[:TEXT_MAX],
        "written_at": comment.written_at,
        "seen_at": moment,
        "label": Sentiment.UNSCORED,
        "signals": [],
        "targets": [],
    }


def short_id(external_id: str) -> str:
    """An id that fits its column; a longer one is replaced by its digest."""
    if len(external_id) <= _ID_MAX:
        return external_id
    return "sha256:" + hashlib.sha256(external_id.encode("utf-8", "replace")).hexdigest()


def _insert_new(s: Session) -> Insert:
    unique = ["platform", "external_id"]
    if s.get_bind().dialect.name == "sqlite":
        return sqlite.insert(Mention).on_conflict_do_nothing(index_elements=unique)
    return postgresql.insert(Mention).on_conflict_do_nothing(index_elements=unique)
