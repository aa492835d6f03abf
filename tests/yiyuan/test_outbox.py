"""The outbox: once per key, leased while running, handed out again when the lease runs out."""

from datetime import timedelta
from pathlib import Path

import time_machine

from notifications import notices
from yiyuan import clock, outbox
from yiyuan.codes import NoticeKind
from yiyuan.db.session import transaction
from yiyuan.models import Notice, OutboxRow, Staff


def test_a_key_is_one_step(home: Path) -> None:
    with transaction() as s:
        outbox.enqueue(s, "intake", "item:1", {"revision_id": 1})
        outbox.enqueue(s, "intake", "item:1", {"revision_id": 1})
        assert len(outbox.claim(s, 10, 60)) == 1
        assert outbox.claim(s, 10, 60) == []


def test_a_lease_that_runs_out_shows_up_as_stale(home: Path) -> None:
    with transaction() as s:
        outbox.enqueue(s, "intake", "item:1", {})
        row = outbox.claim(s, 1, 60)[0]
        assert outbox.stale(s) == []
    with time_machine.travel(clock.now() + timedelta(seconds=61)), transaction() as s:
        assert [stale.id for stale in outbox.stale(s)] == [row.id]
        outbox.retry(s, row.id, "vanished", 0)
        assert outbox.claim(s, 1, 60)[0].attempt == 2


def test_later_is_not_now(home: Path) -> None:
    with transaction() as s:
        outbox.enqueue(s, "advance", "a", {}, not_before=clock.now() + timedelta(hours=1))
        assert outbox.claim(s, 1, 60) == []
    with time_machine.travel(clock.now() + timedelta(hours=2)), transaction() as s:
        assert len(outbox.claim(s, 1, 60)) == 1


def test_a_renewal_in_the_moment_after_the_end_holds_nothing(home: Path) -> None:
    with transaction() as s:
        outbox.enqueue(s, "advance", "a", {})
        row_id = outbox.claim(s, 1, 60)[0].id
        outbox.retry(s, row_id, "no", 0)
        outbox.renew(s, row_id, 60)
        assert outbox.claim(s, 1, 60)[0].attempt == 2
        outbox.done(s, row_id)
        outbox.renew(s, row_id, 60)
        assert s.get_one(OutboxRow, row_id).lease_until is None


def test_done_never_runs_again(home: Path) -> None:
    with transaction() as s:
        outbox.enqueue(s, "advance", "a", {})
        outbox.done(s, outbox.claim(s, 1, 60)[0].id)
        outbox.enqueue(s, "advance", "a", {})
        assert outbox.claim(s, 1, 60) == []


def test_a_notice_backs_off_but_is_never_dropped(staff: dict[str, Staff]) -> None:
    with transaction() as s:
        notices.post(s, key="k", kind=NoticeKind.DUTY, title="标题", role="operations")
        notices.post(s, key="k", kind=NoticeKind.DUTY, title="标题", role="operations")
        assert len(notices.pending(s, 10)) == 1
    moment = clock.now()
    for _failure in range(12):
        with time_machine.travel(moment), transaction() as s:
            (waiting,) = notices.pending(s, 10)
            notices.record_round(s, waiting.id, {"address": False})
            assert notices.pending(s, 10) == []
        moment += timedelta(hours=2)


def test_the_most_urgent_notice_leaves_first(staff: dict[str, Staff]) -> None:
    with transaction() as s:
        notices.post(s, key="a", kind=NoticeKind.REVIEW, title="慢", role="doctor")
        notices.post(s, key="b", kind=NoticeKind.TIER, title="急", role="leader", urgent=True)
        assert [n.title for n in notices.pending(s, 10)] == ["急", "慢"]


def test_only_the_addressee_acknowledges(staff: dict[str, Staff]) -> None:
    with transaction() as s:
        notices.post(s, key="a", kind=NoticeKind.DUTY, title="任务", role="leader")
        notice = notices.for_staff(s, staff["leader"])[0]
        assert notices.for_staff(s, staff["doctor"]) == []
        notices.acknowledge(s, notice.id, staff["leader"])
        assert s.get_one(Notice, notice.id).acknowledged_by == staff["leader"].id
