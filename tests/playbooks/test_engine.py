"""What a tier starts, exactly once, in whatever order the volume comes."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from channels.delivery import holds
from duties import duties, work_calendars
from playbooks import engine, schema
from sentiment.events.events import refresh
from sentiment.events.opening import open_event
from sentiment.events.volume import tier as tier_of
from sentiment.mentions.queue import score_pending
from sentiment.mentions.store import set_platform_count, store_mentions
from tests.support.sentiment import START
from yiyuan import audit, clock
from yiyuan.codes import DutyEnd, EventState, SubjectKind
from yiyuan.comment import Comment
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, Conflict, Missing, Refused
from yiyuan.models import Duty, Event, EventThread, Notice, ReleaseHold, Staff, Thread, TierCrossing, TimelineEntry
from yiyuan.staff.roles import Role

_numbers: Iterator[int] = iter(range(10_000_000))


def grow(thread: Thread, amount: int, text: str = "路过") -> None:
    with transaction() as s:
        rows = [Comment(f"n{next(_numbers)}", "a", text, START) for _ in range(amount)]
        store_mentions(s, s.get_one(Thread, thread.id), rows)


def now_of(event: Event) -> Event:
    with transaction(read_only=True) as s:
        return s.get_one(Event, event.id)


def crossings() -> list[TierCrossing]:
    with transaction(read_only=True) as s:
        return list(s.scalars(select(TierCrossing).order_by(TierCrossing.tier)))


def started(tier: int) -> list[str]:
    with transaction(read_only=True) as s:
        return list(s.scalars(select(Duty.key).where(Duty.tier == tier).order_by(Duty.id)))


def count(table: type) -> int:
    with transaction(read_only=True) as s:
        return s.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize(("volume", "tier"), [(0, 1), (999, 1), (1000, 2), (4999, 2), (5000, 3)])
def test_the_edges(event: Event, thread: Thread, volume: int, tier: int) -> None:
    grow(thread, volume)
    assert engine.respond(event.id).tier == tier
    assert [crossing.tier for crossing in crossings()] == list(range(1, tier + 1))


def test_each_tier_starts_its_duties_with_owner_and_deadline(event: Event) -> None:
    engine.respond(event.id)
    playbook = schema.named("opinion")
    with transaction(read_only=True) as s:
        for task, duty in zip(playbook.tier(1).duties, s.scalars(select(Duty).order_by(Duty.id)), strict=True):
            assert (duty.key, duty.role, duty.title) == (task.key, task.role, task.title)
            if task.clock == "natural":
                assert duty.due_at == duty.started_at + timedelta(minutes=task.minutes)
            else:
                assert duty.due_at == work_calendars.counted(s, "office").add(duty.started_at, task.minutes).at


def test_a_jump_over_two_tiers_starts_both_tiers_duties_once(event: Event, thread: Thread) -> None:
    engine.respond(event.id)
    grow(thread, 5000)
    outcome = engine.respond(event.id)
    assert outcome.crossed == [2, 3]
    before = count(Duty), count(Notice), count(TimelineEntry), count(ReleaseHold)
    assert engine.respond(event.id).crossed == []
    assert (count(Duty), count(Notice), count(TimelineEntry), count(ReleaseHold)) == before
    playbook = schema.named("opinion")
    covered = {key for task in playbook.tier(3).duties for key in (task.key, *task.covers)}
    second = [task.key for task in playbook.tier(2).duties if task.key not in covered]
    assert covered & {task.key for task in playbook.tier(2).duties}, "the third tier covers some of the second"
    assert [started(tier) for tier in (1, 2)] == [[task.key for task in playbook.tier(1).duties], second]
    assert started(3) == [task.key for task in playbook.tier(3).duties]


def test_notices_name_event_tier_and_volume_and_are_urgent_from_tier_two(event: Event, thread: Thread) -> None:
    grow(thread, 1234)
    engine.respond(event.id)
    with transaction(read_only=True) as s:
        notices_before = list(s.scalars(select(Notice).where(Notice.kind == "tier").order_by(Notice.id)))
    second = [notice for notice in notices_before if notice.tier == 2]
    assert {notice.role for notice in second} == {"publicity", "medical_affairs", "crisis_lead"}
    assert all("急诊投诉" in n.title and "2级" in n.title and "1234" in n.title and n.urgent for n in second)
    assert [notice.urgent for notice in notices_before if notice.tier == 1] == [False]
    assert len({notice.key for notice in notices_before}) == len(notices_before)


def test_tier_two_holds_releases_once_and_a_lifted_hold_returns_only_with_the_next_tier(
    event: Event, thread: Thread, staff: dict[str, Staff]
) -> None:
    engine.respond(event.id)
    with transaction(read_only=True) as s:
        assert holds.current(s) is None
    grow(thread, 1000)
    assert engine.respond(event.id).held
    with transaction() as s:
        hold = holds.current(s)
        assert hold is not None
        assert hold.event_id == event.id
        holds.lift(s, staff["publicity"])
    assert not engine.respond(event.id).held
    grow(thread, 4000)
    assert engine.respond(event.id).held
    assert count(ReleaseHold) == 2


def test_the_tier_never_falls(event: Event, thread: Thread) -> None:
    grow(thread, 1000)
    engine.respond(event.id)
    with transaction() as s:
        s.query(EventThread).delete()
    outcome = engine.respond(event.id)
    assert (outcome.volume, outcome.tier) == (0, 2)


def test_crossed_at_is_the_commit_and_raised_at_the_answer(event: Event, thread: Thread) -> None:
    engine.respond(event.id)
    start = clock.now() + timedelta(hours=1)
    for minute, amount in ((0, 999), (1, 1), (2, 5000)):
        with time_machine.travel(start + timedelta(minutes=minute), tick=False):
            grow(thread, amount)
    with time_machine.travel(start + timedelta(minutes=5), tick=False):
        engine.respond(event.id)
    _first, second, third = crossings()
    assert second.crossed_at == start + timedelta(minutes=1)
    assert third.crossed_at == start + timedelta(minutes=2)
    assert second.raised_at == third.raised_at == start + timedelta(minutes=5)
    assert second.noticed_at is None


def test_a_platform_count_crosses_without_a_single_text(event: Event, thread: Thread) -> None:
    with transaction() as s:
        set_platform_count(s, s.get_one(Thread, thread.id), 5000)
    assert engine.respond(event.id).tier == 3


def test_a_night_without_comments_changes_nothing(event: Event, thread: Thread) -> None:
    grow(thread, 1500)
    refresh()
    engine.respond(event.id)
    before = count(Notice), count(Duty)
    with time_machine.travel(clock.now() + timedelta(hours=9), tick=False):
        assert refresh() == []
        assert engine.respond(event.id).tier == 2
    assert (count(Notice), count(Duty)) == before


def test_a_signal_proposes_and_never_raises(event: Event, thread: Thread) -> None:
    grow(thread, 3, "我爸在你们医院急诊没了，给个说法")
    score_pending(100)
    engine.respond(event.id)
    now = now_of(event)
    assert (now.tier, now.proposed_tier) == (1, 3)
    assert "死亡 3 条" in now.proposal
    notices_before = count(Notice)
    engine.respond(event.id)
    assert count(Notice) == notices_before


def test_an_adverse_event_goes_to_its_own_desk(event: Event, thread: Thread) -> None:
    grow(thread, 1, "打了你们医院的疫苗全身起疹子，太可怕了")
    score_pending(100)
    engine.respond(event.id)
    engine.respond(event.id)
    with transaction(read_only=True) as s:
        duty = s.scalars(select(Duty).where(Duty.tier == 0)).one()
        assert (duty.key, duty.role) == ("signal_adverse_event", "pharmacy")
    assert now_of(event).proposed_tier == 0


def test_a_person_may_follow_a_proposal(event: Event, thread: Thread, staff: dict[str, Staff]) -> None:
    engine.respond(event.id)
    with transaction() as s:
        with pytest.raises(Refused):
            engine.raise_tier(s, staff["doctor"], event.id, 2, "x")
        with pytest.raises(BadInput):
            engine.raise_tier(s, staff["publicity"], event.id, 2, " ")
        with pytest.raises(Conflict):
            engine.raise_tier(s, staff["publicity"], event.id, 1, "x")
        assert engine.raise_tier(s, staff["publicity"], event.id, 2, "媒体已关注").crossed == [2]
    grow(thread, 1000)
    assert engine.respond(event.id).crossed == []
    assert now_of(event).tier == 2


def test_an_unknown_event_and_a_closed_one(event: Event, thread: Thread) -> None:
    with pytest.raises(Missing):
        engine.respond(999)
    with transaction() as s:
        s.get_one(Event, event.id).state = EventState.CLOSED
    grow(thread, 5000)
    assert engine.respond(event.id).crossed == []


def test_a_failure_half_way_leaves_nothing(event: Event, thread: Thread, monkeypatch: pytest.MonkeyPatch) -> None:
    grow(thread, 1000)
    with monkeypatch.context() as broken:
        broken.setattr(holds, "set_hold", lambda *_args, **_more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            engine.respond(event.id)
    assert (count(TierCrossing), count(Duty), count(Notice), now_of(event).tier) == (0, 0, 0, 0)
    assert engine.respond(event.id).crossed == [1, 2]


@hypothesis_settings(max_examples=12)
@given(st.lists(st.tuples(st.integers(0, 2500), st.booleans()), min_size=1, max_size=5))
def test_any_growth_with_any_misses_starts_each_reached_tier_once(
    staff: dict[str, Staff], steps: list[tuple[int, bool]]
) -> None:
    with transaction() as s:
        thread = Thread(platform="p", external_id=f"t{next(_numbers)}", stored_count=0, created_at=START)
        s.add(thread)
        s.flush()
        event = open_event(s, title="t", why="w", threads=[thread], whole=True)
    total = 0
    for amount, answered in steps:
        grow(thread, amount)
        total += amount
        if answered:
            engine.respond(event.id)
    engine.respond(event.id)
    reached = tier_of(total, schema.named("opinion").ranges)
    with transaction(read_only=True) as s:
        query = s.scalars(
            select(TierCrossing.tier).where(TierCrossing.event_id == event.id).order_by(TierCrossing.tier)
        )
        assert list(query) == list(range(1, reached + 1))
        found = duties.of_subject(s, SubjectKind.EVENT, event.id)
        tiers = schema.named("opinion").tiers[:reached]
        covers = [{key for task in tier.duties for key in (task.key, *task.covers)} for tier in tiers]
        wanted = [
            (tier.tier, task.key)
            for tier in tiers
            for task in tier.duties
            if not any(task.key in higher for higher in covers[tier.tier :])
        ]
        assert sorted((duty.tier, duty.key) for duty in found if duty.end is None) == sorted(wanted)
        assert all(duty.end in (None, DutyEnd.REPLACED) and bool(duty.end) == bool(duty.replaced_by) for duty in found)
        assert audit.verify(s).ok


def test_every_duty_and_notice_goes_to_a_role_that_exists(event: Event, thread: Thread) -> None:
    grow(thread, 5000)
    engine.respond(event.id)
    with transaction(read_only=True) as s:
        assert set(s.scalars(select(Duty.role))) | set(s.scalars(select(Notice.role))) <= {str(role) for role in Role}


def test_the_sweep_answers_what_a_lost_run_left(event: Event, thread: Thread) -> None:
    grow(thread, 5000)
    engine.sweep()
    assert now_of(event).tier == 3
