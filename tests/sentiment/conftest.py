"""A live post of ours and its thread."""

import pytest

from sentiment.mentions.queue import thread_for_post
from tests.support.sentiment import make_post
from yiyuan.db.session import transaction
from yiyuan.models import Post, Staff, Thread


@pytest.fixture
def post(staff: dict[str, Staff]) -> Post:
    """One live post."""
    return make_post(staff)


@pytest.fixture
def thread(post: Post) -> Thread:
    """Its thread."""
    with transaction() as s:
        return thread_for_post(s, s.get_one(Post, post.id))
