"""Opening rules, turning, volume and its history."""

import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from sentiment.events import events
from sentiment.events.volume import crossed_at, history, volume
from sentiment.mentions.csv_import import ingest_csv
from sentiment.mentions.queue import score_pending, thread_for_post
from sentiment.mentions.store import set_platform_count, store_mentions
from sentiment.simulation.crisis_curve import comments as crisis
from tests.support.sentiment import START, make_post, say, stored, vendor_csv
from yiyuan.codes import EventState
from yiyuan.comment import Comment
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, Missing, Refused
from yiyuan.models import Event, EventThread, Mention, Post, Staff, Thread, ThreadCount, VolumePoint
from yiyuan.settings import settings

ANGRY = "排队四个小时没人管，护士态度恶劣，太差了"
THANKS = "谢谢医生，讲得特别好，恢复得很顺利"


def look() -> list[int]:
    """Score everything and refresh."""
    score_pending(1_000_000)
    return events.refresh()


def opened() -> list[Event]:
    with transaction(read_only=True) as s:
        return list(s.scalars(select(Event).order_by(Event.id)))


def volume_of(event: Event) -> int:
    with transaction(read_only=True) as s:
        return volume(s, s.get_one(Event, event.id)).total


def report(staff: dict[str, Staff], **more: object) -> Event:
    given_: dict[str, object] = {"title": "急诊投诉", "url": "https://example.test/1", "platform": "weibo"} | more
    with transaction() as s:
        return events.open_by_hand(s, staff["operations"], **given_)  # type: ignore[arg-type]


def test_ten_angry_people_open_an_event_and_only_their_comments_count(thread: Thread) -> None:
    say(thread, [THANKS] * 200, prefix="ok")
    assert look() == []
    say(thread, [f"{ANGRY}{n}" for n in range(10)], prefix="bad")
    (event_id,) = look()
    (event,) = opened()
    assert (event.id, volume_of(event), event.volume) == (event_id, 10, 10)
    assert "10 条" in event.why


def test_nine_are_not_enough_nor_ten_by_four_nor_ten_over_two_hours(staff: dict[str, Staff]) -> None:
    for number, (count, authors, minutes) in enumerate([(9, 99, 0.1), (10, 4, 0.1), (10, 99, 13.0)]):
        post = make_post(staff, number + 1)
        with transaction() as s:
            thread = thread_for_post(s, s.get_one(Post, post.id))
        say(thread, [f"{ANGRY}{n}" for n in range(count)], prefix=f"b{number}-", authors=authors, minutes=minutes)
    look()
    assert opened() == []


def test_late_comments_complete_a_cluster_by_the_time_they_were_written(thread: Thread) -> None:
    say(thread, [f"{ANGRY}{n}" for n in range(9)], prefix="a")
    look()
    rows = [Comment("late", "x", ANGRY, START + timedelta(minutes=5))]
    with transaction() as s:
        store_mentions(s, s.get_one(Thread, thread.id), rows)
    assert len(look()) == 1


def test_eight_thousand_thankful_comments_are_no_crisis(thread: Thread) -> None:
    praise = ["谢谢医生", "讲得真好", "护士很温柔，点赞", "收藏了，学到了", "祝医院越来越好", "医者仁心"]
    say(thread, [f"{praise[n % 6]}{'！' * (n % 3)}" for n in range(8000)])
    with transaction() as s:
        set_platform_count(s, s.get_one(Thread, thread.id), 8000)
    look()
    assert opened() == []


def test_a_complaint_with_a_thousand_mixed_replies_is_one(staff: dict[str, Staff]) -> None:
    event = report(staff)
    with transaction(read_only=True) as s:
        thread = s.scalars(select(Thread)).one()
    say(thread, [THANKS if n % 2 else f"{ANGRY}{n}" for n in range(1000)])
    look()
    assert volume_of(event) == 1000


def test_volume_is_distinct_and_shows_copies_apart(staff: dict[str, Staff]) -> None:
    event = report(staff)
    with transaction(read_only=True) as s:
        thread = s.scalars(select(Thread)).one()
    say(thread, [ANGRY] * 30, prefix="copy")
    say(thread, [ANGRY] * 30, prefix="copy")
    look()
    with transaction(read_only=True) as s:
        counts = volume(s, s.get_one(Event, event.id))
    assert (counts.total, counts.stored, counts.copies, counts.negative) == (30, 30, 29, 30)


def test_a_platform_count_stands_in_for_texts_that_are_not_to_be_had(staff: dict[str, Staff]) -> None:
    event = report(staff)
    with transaction() as s:
        thread = s.scalars(select(Thread)).one()
        set_platform_count(s, thread, 4999)
        assert volume(s, s.get_one(Event, event.id)).by_thread == {thread.id: 4999}
        set_platform_count(s, thread, None)
        store_mentions(s, thread, [Comment(str(n), "a", "文", START) for n in range(5001)])
        assert volume(s, s.get_one(Event, event.id)).total == 5001


def test_the_count_of_a_harmless_post_never_counts(thread: Thread) -> None:
    say(thread, [f"{ANGRY}{n}" for n in range(12)])
    with transaction() as s:
        set_platform_count(s, s.get_one(Thread, thread.id), 100_000)
    say(thread, [f"{THANKS}{n}" for n in range(60)], prefix="ok", minutes=1)
    look()
    (event,) = opened()
    assert volume_of(event) == 12


def test_a_post_turns_at_sixty_percent_and_then_all_its_comments_count(thread: Thread) -> None:
    say(thread, [THANKS] * 300, prefix="old")
    texts = [f"{ANGRY}{n}" if n % 10 < 6 else THANKS for n in range(100)]
    say(thread, texts, prefix="new", start=START + timedelta(days=1))
    look()
    (event,) = opened()
    assert volume_of(event) == 400
    with transaction(read_only=True) as s:
        assert s.get_one(Thread, thread.id).turned_at is not None


def test_just_below_it_does_not_turn(thread: Thread) -> None:
    say(thread, [f"{ANGRY}{n}" if n % 100 < 59 else THANKS for n in range(100)], minutes=100)
    look()
    assert opened() == []


def test_fewer_than_fifty_scored_do_not_turn_a_post(thread: Thread) -> None:
    say(thread, [f"{ANGRY}{n}" for n in range(49)], minutes=100)
    look()
    assert opened() == []


def test_a_turned_post_counts_what_is_not_scored_yet(thread: Thread) -> None:
    say(thread, [f"{ANGRY}{n}" for n in range(100)], minutes=100)
    look()
    say(thread, [f"还没评分{n}" for n in range(5000)], prefix="new")
    (event_id,) = events.refresh()
    assert volume_of(opened()[0]) == 5100
    assert opened()[0].id == event_id


def test_an_open_cluster_becomes_whole_when_its_post_turns(thread: Thread) -> None:
    say(thread, [f"{ANGRY}{n}" for n in range(20)])
    look()
    say(thread, [f"{ANGRY}再{n}" for n in range(80)] + [THANKS] * 5, prefix="more")
    look()
    (event,) = opened()
    assert volume_of(event) == 105


def test_a_person_may_call_a_post_turned(thread: Thread, staff: dict[str, Staff]) -> None:
    say(thread, [THANKS] * 7)
    with transaction() as s:
        event = events.mark_turned(s, staff["publicity"], thread.id)
        assert events.mark_turned(s, staff["publicity"], thread.id).id == event.id
        assert volume(s, event).total == 7
        with pytest.raises(Refused):
            events.mark_turned(s, staff["doctor"], thread.id)
        with pytest.raises(Missing):
            events.mark_turned(s, staff["publicity"], 999)


@pytest.mark.parametrize("text", ["我爸在你们医院急诊没了，给个说法", "你们医院的那个医生，早晚弄死你"])
def test_one_signal_that_names_us_opens_an_event(thread: Thread, text: str) -> None:
    say(thread, [text])
    look()
    assert [volume_of(event) for event in opened()] == [1]
    assert events.refresh() == [opened()[0].id]  # until a playbook has answered


@pytest.mark.parametrize("text", ["我爸在别的地方没了", "感谢你们医院把我妈救回来，差点人没了", "你们医院怎么挂号"])
def test_a_signal_elsewhere_praise_and_questions_do_not(thread: Thread, text: str) -> None:
    say(thread, [text])
    look()
    assert opened() == []


def outside(text: str, **more: str) -> None:
    row = {"平台": "微博", "内容": text, "时间": "2026-03-01 08:30"} | more
    with transaction() as s:
        import io

        ingest_csv(s, io.BytesIO(vendor_csv([row])), filename="x.csv")


def test_a_negative_outside_post_opens_and_its_repost_joins(home: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIYUAN_HOSPITAL", "江城医院")
    settings.cache_clear()
    bad = "江城医院太黑了，收费离谱，误诊还不道歉，护士态度恶劣，大家避雷"
    outside(bad)
    outside(bad + "转发扩散", 平台="抖音")
    outside("江城医院的医生很负责，谢谢他们救了我爸")
    outside("别的医院太黑了，收费离谱，误诊还不道歉，垃圾")
    look()
    (event,) = opened()
    assert volume_of(event) == 2


def test_a_closed_event_is_not_opened_again_by_the_same_comments(thread: Thread) -> None:
    say(thread, [f"{ANGRY}{n}" for n in range(100)])
    look()
    with transaction() as s:
        event = s.scalars(select(Event)).one()
        event.state, event.closed_at = EventState.CLOSED, datetime.now(UTC)
    say(thread, [THANKS] * 3, prefix="after")
    look()
    assert len(opened()) == 1
    say(thread, [f"{ANGRY}又{n}" for n in range(12)], prefix="again")
    look()
    assert [event.state for event in opened()] == ["closed", "open"]


def test_refresh_reports_what_moved_and_nothing_else(staff: dict[str, Staff]) -> None:
    event = report(staff)
    assert events.refresh() == [event.id]
    with transaction() as s:
        s.get_one(Event, event.id).tier = 1
    assert events.refresh() == []
    with transaction() as s:
        store_mentions(s, s.scalars(select(Thread)).one(), [Comment("1", "a", "文", START)])
    assert events.refresh() == [event.id]
    assert events.refresh() == []
    with transaction(read_only=True) as s:
        assert [point.volume for point in s.scalars(select(VolumePoint).order_by(VolumePoint.id))] == [0, 1]


def test_reporting_the_same_address_again_leads_to_the_open_event(staff: dict[str, Staff]) -> None:
    assert report(staff).id == report(staff, title="又一次").id
    assert report(staff, url="https://example.test/2").id != report(staff).id


@pytest.mark.parametrize(
    ("more", "field"), [({"title": " "}, "title"), ({"url": "ftp:x"}, "url"), ({"platform": ""}, "platform")]
)
def test_an_incomplete_report_is_refused(staff: dict[str, Staff], more: dict[str, object], field: str) -> None:
    with pytest.raises(BadInput) as caught:
        report(staff, **more)
    assert caught.value.field == field


def test_a_doctor_may_not_open_an_event(staff: dict[str, Staff]) -> None:
    with transaction() as s, pytest.raises(Refused):
        events.open_by_hand(s, staff["doctor"], title="x", url="https://example.test/1", platform="weibo")


def test_the_crossing_is_the_commit_that_crossed(staff: dict[str, Staff]) -> None:
    with time_machine.travel(START, tick=False):
        event = report(staff)
    ids = iter(range(10_000))
    times = {}
    for minute, amount in enumerate((400, 599, 1, 3000, 2000), 1):
        moment = START + timedelta(minutes=minute)
        with time_machine.travel(moment, tick=False), transaction() as s:
            rows = [Comment(str(next(ids)), "a", "文", START) for _ in range(amount)]
            store_mentions(s, s.scalars(select(Thread)).one(), rows)
            times[minute] = moment
    with transaction(read_only=True) as s:
        event = s.get_one(Event, event.id)
        assert [total for _at, total in history(s, event)] == [0, 400, 999, 1000, 4000, 6000]
        assert crossed_at(s, event, 999) == times[2]
        assert crossed_at(s, event, 1000) == times[3]
        assert crossed_at(s, event, 5000) == times[5]
        with pytest.raises(ValueError, match="never reached"):
            crossed_at(s, event, 6001)


def test_a_count_that_crosses_is_dated_by_its_own_commit(staff: dict[str, Staff]) -> None:
    with time_machine.travel(START, tick=False):
        event = report(staff)
    for minute, count in ((1, 900), (2, 1000), (3, 1000), (4, 1200)):
        with time_machine.travel(START + timedelta(minutes=minute), tick=False), transaction() as s:
            thread = s.scalars(select(Thread)).one()
            store_mentions(s, thread, [])
            set_platform_count(s, thread, count)
    with transaction(read_only=True) as s:
        assert crossed_at(s, s.get_one(Event, event.id), 1000) == START + timedelta(minutes=2)


def test_a_turned_thread_crosses_when_it_turns_not_when_it_was_stored(thread: Thread, staff: dict[str, Staff]) -> None:
    with time_machine.travel(START, tick=False):
        say(thread, ["文"] * 1500)
    later = START + timedelta(hours=5)
    with time_machine.travel(later, tick=False), transaction() as s:
        event = events.mark_turned(s, staff["publicity"], thread.id)
        assert crossed_at(s, event, 1000) == later


steps = st.lists(
    st.tuples(st.sampled_from(["mentions", "count", "attach"]), st.integers(0, 1), st.integers(0, 400)), max_size=12
)


@given(steps, st.booleans())
def test_history_ends_in_the_volume(home: object, steps: list[tuple[str, int, int]], whole: bool) -> None:
    with transaction() as s:
        threads = [Thread(platform="p", external_id=str(n), stored_count=0, created_at=START) for n in (1, 2)]
        event = Event(title="t", why="w", known_at=START, opened_at=START)
        s.add_all([*threads, event])
        s.flush()
        s.add_all([EventThread(event_id=event.id, thread_id=t.id, whole=whole or t is threads[0]) for t in threads])
        for number, (kind, which, amount) in enumerate(steps):
            if kind == "count":
                set_platform_count(s, threads[which], amount)
            else:
                store_mentions(s, threads[which], [Comment(f"{number}-{n}", "a", "文", START) for n in range(amount)])
            if kind == "attach":
                s.query(Mention).filter(Mention.thread_id == threads[which].id).update({"event_id": event.id})
        points = history(s, event)
        assert all(before <= after for (_a, before), (_b, after) in pairwise(points))
        assert points[-1][1] == volume(s, event).total
        counts = s.scalar(select(func.count(ThreadCount.id))) or 0
        assert volume(s, event).total >= volume(s, event).stored - counts
        s.rollback()


def test_eight_thousand_mentions_are_refreshed_well_within_a_second(thread: Thread, staff: dict[str, Staff]) -> None:
    with transaction() as s:
        rows = [comment.comment(START) for comment in crisis(3, 7)]
        store_mentions(s, s.get_one(Thread, thread.id), rows)
    score_pending(100_000)
    events.refresh()
    with transaction() as s:
        store_mentions(s, s.get_one(Thread, thread.id), [Comment("one-more", "a", "文", START)])
    start = time.perf_counter()
    assert events.refresh()
    assert time.perf_counter() - start < 0.6
    (event,) = opened()
    assert volume_of(event) == len(rows) + 1 == len(stored())
