"""Delivery: each call of this module does what a post's ledger says is next, and no more (design section 4.2).

planned -> sending -> live | refused | unsure | accepted | awaiting_person | parked. A ledger row is written before each
call and what the call gave is saved after it, so that a killed process leaves a trace from which the next one goes on.
"""

import asyncio
from datetime import timedelta
from functools import partial

import structlog
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from channels.delivery import holds, ledger, lookup, moves, send
from channels.delivery.ledger import ACTIVE, LeaseLost
from yiyuan import clock
from yiyuan.codes import AttemptOutcome, AttemptStep, PostState
from yiyuan.db import lease
from yiyuan.db.async_session import read, written
from yiyuan.db.session import transaction
from yiyuan.errors import Missing
from yiyuan.i18n import _
from yiyuan.models import Asset, Post, Variant
from yiyuan.settings import settings

log = structlog.get_logger()
#: A file larger than this is worth a process of its own.
LARGE = 8 * 1024**2
_WORK = {
    PostState.PLANNED: send.send,
    PostState.UNSURE: lookup.search,
    PostState.ACCEPTED: lookup.poll,
    PostState.LIVE: lookup.poll,
}


def due(limit: int = 200) -> list[int]:
    """Ids of the posts that need something now, unresolved ones first."""
    moment = clock.now()
    with transaction(read_only=True) as s:
        rows = s.scalars(
            select(Post)
            .where(
                Post.state.in_(ACTIVE),
                or_(Post.lease_until.is_(None), Post.lease_until <= moment),
                or_(Post.not_before.is_(None) & (Post.state != PostState.LIVE), Post.not_before <= moment),
                or_(Post.state != PostState.PLANNED, Post.due_at <= moment),
            )
            .order_by((Post.state != PostState.UNSURE), Post.due_at, Post.id)
            .limit(limit if holds.current(s) is None else None)
        )
        return [post.id for post in rows if ledger.is_due(s, post, moment)][:limit]


def coming(seconds: float) -> list[int]:
    """Ids of planned posts due within so many seconds but not yet; none while releases are held."""
    moment = clock.now()
    with transaction(read_only=True) as s:
        if holds.current(s) is not None:
            return []
        soon = Post.due_at > moment, Post.due_at <= moment + timedelta(seconds=seconds)
        return list(s.scalars(select(Post.id).where(Post.state == PostState.PLANNED, *soon).order_by(Post.due_at)))


def seconds_left(post_id: int) -> float:
    """Seconds until a planned post is due; 0 for one that is due or past planning."""
    with transaction(read_only=True) as s:
        post = s.get(Post, post_id)
        if post is None or post.state != PostState.PLANNED:
            return 0.0
        return max(0.0, (post.due_at - clock.now()).total_seconds())


def carries_upload(post_id: int) -> bool:
    """Whether delivering it moves a large file, so that it should not keep the worker."""
    with transaction(read_only=True) as s:
        post = s.get(Post, post_id)
        variant = (
            s.get_one(Variant, post.variant_id)
            if post and post.state in (PostState.PLANNED, PostState.SENDING)
            else None
        )
        asset = s.get(Asset, variant.video_id) if variant and variant.video_id else None
        return asset is not None and asset.size > LARGE


def deliver(post_id: int) -> PostState:
    """Do what is next for a post, until it waits for something; returns its state. For threads without an event loop.

    Missing when there is no such post. Safe to call at any time and twice at once: the second call does nothing.
    """
    return asyncio.run(act(post_id))


async def act(post_id: int) -> PostState:
    """`deliver` for callers that have an event loop."""
    claim = await written(ledger.claim, post_id)
    if claim is not None:
        try:
            # An upload may take longer than one lease.
            renew, seconds = partial(written, ledger.renew, claim), settings().delivery_lease_seconds
            async with lease.renewed(renew, seconds, name=f"post:{post_id}", ends_on=(LeaseLost,)):
                await _WORK[claim.state](claim)
        except LeaseLost:
            log.warning("delivery.lease_lost", post=post_id)
    return await read(_state, post_id)


def _state(s: Session, post_id: int) -> PostState:
    post = s.get(Post, post_id)
    if post is None:
        raise Missing(_("发布单不存在"))
    return post.state


def reconcile() -> int:
    """Take back what a killed or vanished process left in `sending`; returns how many posts.

    One that had begun to submit may have landed: unsure. One that had not goes on where it stopped.
    """
    with transaction() as s:
        over = or_(Post.lease_until.is_(None), Post.lease_until <= clock.now())
        lost = list(s.scalars(select(Post).where(Post.state == PostState.SENDING, over).with_for_update()))
        for post in lost:
            _take_back(s, post)
        return len(lost)


def _take_back(s: Session, post: Post) -> None:
    past = ledger.attempts(s, post.id)
    open_one = past[-1] if past and not past[-1].outcome else None
    submitted = open_one is not None and open_one.step == AttemptStep.SUBMIT
    if open_one is not None:
        ledger.close(s, open_one.id, AttemptOutcome.UNSURE if submitted else AttemptOutcome.RETRY, _("进程中断"))
    ended = post.lease_until or clock.now()
    # The call ended at the latest with the lease; the platform may commit it for a while after that.
    post.not_before = ended + timedelta(seconds=ledger.grace(post)) if submitted else None
    moves.enter(post, PostState.UNSURE if submitted else PostState.PLANNED)
    post.lease_until, post.version = None, post.version + 1
    post.message = _("进程中断，正在向平台核对") if submitted else ""
