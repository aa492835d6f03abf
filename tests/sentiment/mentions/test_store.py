"""Mentions and counts as rows."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.mentions.queue import BATCH, score_pending, thread_for_post, threads_to_poll
from sentiment.mentions.store import set_platform_count, store_mentions
from tests.support.sentiment import START, make_post, say, stored
from yiyuan.comment import Comment
from yiyuan.db.session import transaction
from yiyuan.errors import Conflict
from yiyuan.models import Mention, Post, Staff, Thread, ThreadCount


def count_of(thread: Thread) -> tuple[int, int | None]:
    with transaction(read_only=True) as s:
        now = s.get_one(Thread, thread.id)
        return now.stored_count, now.platform_count


def test_the_same_comments_twice_are_stored_once(thread: Thread) -> None:
    assert say(thread, ["一", "二", "三"]) == 3
    assert say(thread, ["一", "二改了", "三", "四"]) == 1
    assert [mention.text for mention in stored()] == ["一", "二", "三", "四"]
    assert count_of(thread) == (4, None)


def test_a_comment_doubled_within_one_batch_counts_once(thread: Thread) -> None:
    twice = [Comment("x", "a", "同一条", START), Comment("x", "a", "同一条", START)]
    with transaction() as s:
        assert store_mentions(s, s.get_one(Thread, thread.id), twice) == 1


def test_late_and_future_comments_keep_their_own_time(thread: Thread) -> None:
    times = [START, START - timedelta(days=3), START + timedelta(hours=9)]
    with transaction() as s:
        rows = [Comment(str(number), "a", "晚到", at) for number, at in enumerate(times)]
        store_mentions(s, s.get_one(Thread, thread.id), rows)
    assert [mention.written_at for mention in stored()] == times
    assert len({mention.seen_at for mention in stored()}) == 1


def test_unstorable_characters_and_giant_texts_do_not_stop_a_batch(thread: Thread) -> None:
    rows = [
        Comment("a" * 900, "名" * 900, "坏\ud800\x00字", START),
        Comment("b", "", "长" * 50_000, START),
    ]
    with transaction() as s:
        assert store_mentions(s, s.get_one(Thread, thread.id), rows) == 2
    assert stored()[0].text == "坏?字"
    assert len(stored()[1].text) == 20_000


@given(st.lists(st.lists(st.integers(0, 60), max_size=30), max_size=6))
def test_stored_is_the_number_of_distinct_ids(home: object, batches: list[list[int]]) -> None:
    with transaction() as s:
        thread = Thread(platform="weibo", external_id="t", stored_count=0, created_at=START)
        s.add(thread)
        s.flush()
        new = [
            store_mentions(s, thread, [Comment(str(number), "a", "文", START) for number in batch]) for batch in batches
        ]
        distinct = {number for batch in batches for number in batch}
        assert sum(new) == len(distinct) == thread.stored_count
        assert s.query(Mention).count() == len(distinct)
        s.rollback()


def test_a_platform_count_only_rises_and_unknown_is_not_nought(thread: Thread) -> None:
    for count in (None, 500, 480, None, -1, 900):
        with transaction() as s:
            set_platform_count(s, s.get_one(Thread, thread.id), count)
    assert count_of(thread) == (0, 900)
    with transaction(read_only=True) as s:
        assert [row.count for row in s.query(ThreadCount).order_by(ThreadCount.id)] == [500, 900]


def test_eight_thousand_comments_are_stored_and_scored_in_seconds(thread: Thread) -> None:
    start = time.perf_counter()
    assert say(thread, [f"第{number}条评论，谢谢医生" for number in range(8000)]) == 8000
    assert time.perf_counter() - start < 5
    assert score_pending(3 * BATCH) == 3 * BATCH
    assert score_pending(10_000) == 8000 - 3 * BATCH
    assert score_pending(10_000) == 0
    assert all(mention.scored_at and mention.p_negative is not None and mention.label for mention in stored())


def test_copies_are_marked_across_batches(thread: Thread) -> None:
    text = "收费不透明，出院结账多出来三千块，没有人解释清楚"
    say(thread, [text], prefix="a")
    score_pending(10)
    say(thread, [text + "😡", "讲得真好，收藏了慢慢看，谢谢"], prefix="b")
    score_pending(10)
    first, copy, other = stored()
    assert copy.copy_of == first.id
    assert other.copy_of is None


def test_live_posts_get_threads_and_the_longest_unpolled_comes_first(staff: dict[str, Staff]) -> None:
    posts = [make_post(staff, number) for number in (1, 2)]
    planned = make_post(staff, 3, state="planned")
    with transaction() as s:
        first = threads_to_poll(s)
        assert {post_id for _thread, post_id in first} == {post.id for post in posts}
        thread_for_post(s, s.get_one(Post, posts[0].id)).polled_at = START
    with transaction() as s:
        assert [post_id for _thread, post_id in threads_to_poll(s)] == [posts[1].id, posts[0].id]
        assert planned.id not in {post_id for _thread, post_id in threads_to_poll(s)}


def test_an_old_quiet_post_is_asked_less_often(staff: dict[str, Staff]) -> None:
    post = make_post(staff)
    with transaction() as s:
        threads_to_poll(s)
        row, moment = s.get_one(Post, post.id), datetime.now(UTC)
        thread = thread_for_post(s, row)
        row.live_at, thread.polled_at = moment - timedelta(days=100), moment - timedelta(minutes=30)
        assert threads_to_poll(s) == []
        thread.polled_at = moment - timedelta(minutes=61)
        assert threads_to_poll(s) == [(thread.id, post.id)]


def test_a_thread_that_an_export_named_first_becomes_ours(post: Post) -> None:
    with transaction() as s:
        s.add(Thread(platform="bilibili", external_id="BV1", stored_count=0, created_at=START))
    with transaction() as s:
        thread = thread_for_post(s, s.get_one(Post, post.id))
        assert (thread.post_id, thread.title) == (post.id, "膝盖疼怎么办")
        assert s.query(Thread).count() == 1


def test_a_post_without_an_id_cannot_be_watched(post: Post) -> None:
    with transaction() as s:
        row = s.get_one(Post, post.id)
        row.external_id = None
        with pytest.raises(Conflict, match="平台编号"):
            thread_for_post(s, row)
