"""A live post of ours and its thread."""

import pytest

from sentiment.watch import thread_for_post
from tests.sentiment.world import make_post
from yiyuan.models import Post, Staff, Thread
from yiyuan.store import transaction


@pytest.fixture
def post(staff: dict[str, Staff]) -> Post:
    """One live post."""
    return make_post(staff)


@pytest.fixture
def thread(post: Post) -> Thread:
    """Its thread."""
    with transaction() as s:
        return thread_for_post(s, s.get_one(Post, post.id))
