"""Watching: new comments and the platform's own counts of one live post. Stored by whoever asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels import registry
from channels.accounts import credentials
from channels.capabilities import Can
from channels.contract import Comments, Counts, Progress
from channels.errors import AuthExpired
from yiyuan.codes import MetricName, PostState
from yiyuan.comment import Comment
from yiyuan.db.async_session import read, written
from yiyuan.errors import Missing
from yiyuan.i18n import _
from yiyuan.models import Post, Thread

#: Comments may show up late: so much before the last poll is asked for again.
OVERLAP = timedelta(minutes=15)


@dataclass(frozen=True)
class Polled:
    """comments: oldest first, known ones may be among them. count: the platform's own; None: unknown, not 0."""

    comments: tuple[Comment, ...] = ()
    count: int | None = None
    metrics: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Known:
    account_id: int
    platform: str
    external_id: str
    progress: Progress
    stored: int
    since: datetime | None


def _known(s: Session, post_id: int) -> _Known | None:
    post = s.get(Post, post_id)
    if post is None:
        raise Missing(_("发布单不存在"))
    if post.state != PostState.LIVE or post.external_id is None:
        return None
    thread = s.scalar(select(Thread).where(Thread.post_id == post.id))
    since = thread.polled_at - OVERLAP if thread is not None and thread.polled_at is not None else None
    stored = thread.stored_count if thread is not None else 0
    return _Known(post.account_id, post.platform, post.external_id, dict(post.progress), stored, since)


async def poll(post_id: int) -> Polled:
    """What is new under a post; nothing for one that is not live or has no official way to ask.

    Raises a ChannelError. The post's own numbers are kept on the post.
    """
    known = await read(_known, post_id)
    if known is None or not _asks(known.platform):
        return Polled()
    async with credentials.opened(known.account_id) as adapter:
        try:
            found = Comments()
            if adapter.can.comments in (Can.YES, Can.GRANTED):
                found = await adapter.comments(known.external_id, known.progress, known.stored, known.since)
            counts = (
                await adapter.counts(known.external_id, known.progress) if adapter.can.metrics is Can.YES else Counts()
            )
        except AuthExpired:
            await written(credentials.spoil, known.account_id, adapter.token.access if adapter.token else "")
            raise
    count = found.count if found.count is not None else counts.comments
    await written(_keep, post_id, counts, count)
    return Polled(found.comments, count, counts.metrics)


def _asks(platform: str) -> bool:
    can = registry.capabilities(platform)
    return can.comments in (Can.YES, Can.GRANTED) or can.metrics is Can.YES


def _keep(s: Session, post_id: int, counts: Counts, count: int | None) -> None:
    post = s.get_one(Post, post_id, with_for_update=True)
    new = dict(counts.metrics) | ({MetricName.COMMENTS: count} if count is not None else {})
    if {**post.metrics, **new} != post.metrics:
        post.metrics = {**post.metrics, **new}
