"""Posts whose hour is near: whoever starts them early can wait for the instant instead of arriving late."""

from datetime import timedelta

from sqlalchemy import select

from channels.delivery import holds
from yiyuan import clock
from yiyuan.codes import PostState
from yiyuan.db.session import transaction
from yiyuan.models import Post


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
