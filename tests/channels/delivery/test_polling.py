"""Comments and counts: complete, in order, and unknown rather than 0."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from channels.delivery import polling
from tests.support.channels import Sandbox, carry, look, planned
from yiyuan import clock
from yiyuan.db.session import transaction
from yiyuan.models import Staff, Thread


def put(sandbox: Sandbox, post_id: int, first: int, last: int, start: datetime) -> None:
    comments = [
        {"author": f"u{n}", "text": f"第{n}条", "at": (start + timedelta(seconds=n)).isoformat()}
        for n in range(first, last)
    ]
    post = look(post_id)
    sandbox.post("/admin/comments", {"platform": post.platform, "id": post.external_id, "comments": comments})


def poll(post_id: int) -> polling.Polled:
    return asyncio.run(polling.poll(post_id))


@pytest.fixture
def article(sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]) -> int:
    (post_id,) = planned(staff, [accounts["official_account"]])
    carry([post_id])
    return post_id


@pytest.mark.parametrize("number", [0, 1, 48, 49, 50, 98, 1234])
def test_every_comment_is_read(sandbox: Sandbox, article: int, number: int) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    put(sandbox, article, 0, number, start)
    polled = poll(article)
    assert polled.count == number
    assert [comment.text for comment in polled.comments] == [f"第{n}条" for n in range(number)]
    assert len({comment.external_id for comment in polled.comments}) == number
    assert all(comment.written_at.tzinfo is not None for comment in polled.comments)
    assert look(article).metrics == {"comments": number}


def test_only_what_is_new_is_read_again(sandbox: Sandbox, article: int) -> None:
    start = clock.now() - timedelta(hours=3)
    put(sandbox, article, 0, 1000, start)
    with transaction() as s:
        s.add(
            Thread(
                platform="official_account", external_id="x", post_id=article, stored_count=1000,
                polled_at=clock.now(), created_at=clock.now(),
            )
        )  # fmt: skip
    put(sandbox, article, 1000, 1100, start)
    before = sandbox.calls("/api.weixin.qq.com/cgi-bin/comment/list")
    polled = poll(article)
    assert {f"第{n}条" for n in range(1000, 1100)} <= {comment.text for comment in polled.comments}
    assert sandbox.calls("/api.weixin.qq.com/cgi-bin/comment/list") - before <= 5


def test_a_count_without_texts(sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]) -> None:
    (post_id,) = planned(staff, [accounts["bilibili"]])
    carry([post_id])
    put(sandbox, post_id, 0, 4999, clock.now())
    polled = poll(post_id)
    assert (polled.comments, polled.count) == ((), 4999)
    assert polled.metrics["views"] == 99980
    assert look(post_id).metrics["comments"] == 4999


@pytest.mark.parametrize("code", [88000, 88001])
def test_an_account_without_comments_is_unknown(sandbox: Sandbox, article: int, code: int) -> None:
    sandbox.fault("/api.weixin.qq.com/cgi-bin/comment/list", "error", code=code)
    assert poll(article) == polling.Polled()
    assert look(article).metrics == {}


def test_an_assisted_channel_is_unknown(sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]) -> None:
    (post_id,) = planned(staff, [accounts["xiaohongshu"]])
    assert poll(post_id).count is None


def test_an_expired_token_is_replaced_at_the_next_poll(sandbox: Sandbox, article: int) -> None:
    from channels.errors import AuthExpired

    sandbox.post("/admin/expire", {"platform": "official_account"})
    with pytest.raises(AuthExpired):
        poll(article)
    assert poll(article).count == 0
