"""Which posts to ask for comments, and scoring what was stored, behind the commit."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from sentiment.events.opening import watched_threads
from sentiment.mentions.store import short_id
from sentiment.scoring.near_duplicates import near_copies
from sentiment.scoring.score import Score, score_batch
from yiyuan import clock
from yiyuan.codes import PostState
from yiyuan.db.session import transaction
from yiyuan.errors import Conflict
from yiyuan.i18n import _
from yiyuan.models import Mention, Post, Thread, Variant

#: Mentions scored in one go; also the longest time the write lock is held (tens of milliseconds).
BATCH = 2000
#: Originals of the same threads that new mentions are compared with, newest first.
ORIGINALS = 2000
#: Age of a post -> time between two polls. A post in an open event is polled every time.
PACE = ((timedelta(days=2), timedelta(0)), (timedelta(days=14), timedelta(minutes=10)))
SLOWEST = timedelta(hours=1)


def thread_for_post(s: Session, post: Post) -> Thread:
    """The thread of a post of ours, made when it is not there. Conflict when the platform has given no id yet."""
    known = s.scalar(select(Thread).where(Thread.post_id == post.id))
    if known is not None:
        return known
    if not post.external_id:
        raise Conflict(_("发布单 {number} 还没有平台编号，无法监测评论").format(number=post.id))
    external_id = short_id(post.external_id)
    # A vendor's export may have named our post before we watched it: that thread is ours.
    thread = s.scalar(select(Thread).where(Thread.platform == post.platform, Thread.external_id == external_id))
    if thread is None:
        thread = Thread(platform=post.platform, external_id=external_id, stored_count=0, created_at=clock.now())
        s.add(thread)
    variant = s.get(Variant, post.variant_id)
    thread.post_id, thread.url = post.id, post.url
    thread.title = variant.title if variant else ""
    s.flush()
    return thread


def threads_to_poll(s: Session) -> list[tuple[int, int]]:
    """(thread id, post id) of live posts whose turn it is, longest unpolled first. Old quiet posts come less often."""
    new = select(Post).outerjoin(Thread, Thread.post_id == Post.id).where(Thread.id.is_(None))
    for post in s.scalars(new.where(Post.state == PostState.LIVE, Post.external_id.is_not(None))).all():
        thread_for_post(s, post)
    moment, urgent = clock.now(), set(s.scalars(watched_threads()))
    query = select(Thread.id, Post.id, Thread.polled_at, Post.live_at, Post.created_at)
    rows = s.execute(query.join(Post, Thread.post_id == Post.id).where(Post.state == PostState.LIVE)).all()
    due = [row for row in rows if row[0] in urgent or _due(moment, row[2], row[3] or row[4])]
    first = datetime.min.replace(tzinfo=moment.tzinfo)
    return [(row[0], row[1]) for row in sorted(due, key=lambda row: (row[2] or first, row[0]))]


def _due(moment: datetime, polled_at: datetime | None, live_at: datetime) -> bool:
    if polled_at is None:
        return True
    pace = next((pause for age, pause in PACE if moment - live_at <= age), SLOWEST)
    return moment - polled_at >= pace


def score_pending(limit: int) -> int:
    """Score up to `limit` mentions that were stored without a score; returns how many. Own short transactions."""
    done = 0
    while done < limit:
        batch, originals = _unscored(min(BATCH, limit - done))
        if not batch:
            break
        # Scoring takes no lock: what is stored meanwhile waits for the next round.
        scores = score_batch([words for _number, words in batch])
        copies = near_copies(originals, batch)
        with transaction() as s:
            s.execute(update(Mention), _scored(batch, scores, copies))
        done += len(batch)
    return done


def _unscored(limit: int) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """(id, text) of unscored mentions, oldest first, and of the originals in the same threads."""
    with transaction(read_only=True) as s:
        query = select(Mention.id, Mention.text, Mention.thread_id).where(Mention.scored_at.is_(None))
        rows = s.execute(query.order_by(Mention.id).limit(limit)).all()
        known = select(Mention.id, Mention.text).where(
            Mention.thread_id.in_({row[2] for row in rows}), Mention.scored_at.is_not(None), Mention.copy_of.is_(None)
        )
        earlier = s.execute(known.order_by(Mention.id.desc()).limit(ORIGINALS)).all() if rows else []
    return [(row[0], row[1]) for row in rows], [(row[0], row[1]) for row in reversed(earlier)]


def _scored(batch: Sequence[tuple[int, str]], scores: Sequence[Score], copies: dict[int, int]) -> list[dict[str, Any]]:
    moment = clock.now()
    return [
        {
            "id": number,
            "scored_at": moment,
            "p_negative": score.p_negative,
            "label": score.label,
            "signals": score.signals,
            "targets": score.targets,
            "copy_of": copies.get(number),
        }
        for (number, _words), score in zip(batch, scores, strict=True)
    ]
