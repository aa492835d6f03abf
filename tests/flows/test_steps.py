"""The steps call the domain packages and nothing else goes wrong when one of them does."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.flow_engine import run_flow_async
from prefect.states import Scheduled
from sqlalchemy import select

from channels.delivery import deliver, polling
from channels.delivery.deliver import coming, seconds_left
from channels.delivery.polling import Polled
from flows import nightly, release, upkeep, watch
from flows.runtime.catalogue import step
from flows.runtime.dispatch import subject
from flows.runtime.run_report import RunReport
from notifications import capacity
from yiyuan import audit, clock, outbox
from yiyuan.comment import Comment
from yiyuan.db.session import transaction
from yiyuan.models import Account, AuditEntry, Item, Mention, Notice, OutboxRow, Post, Revision, Staff, Variant


def add_post(staff: dict[str, Staff], number: int = 1, *, state: str = "live", due_in: float = 0.0) -> int:
    """A post with everything it hangs on."""
    now = clock.now()
    with transaction() as s:
        account = Account(platform="official_account", name=f"账号{number}", sandbox=True, created_at=now)
        item = Item(
            title="稿件", author_id=staff["doctor"].id, department="心内科", content_class="kepu", policy="short_video",
            created_at=now, updated_at=now,
        )  # fmt: skip
        s.add_all([account, item])
        s.flush()
        revision = Revision(item_id=item.id, number=1, created_at=now)
        s.add(revision)
        s.flush()
        variant = Variant(
            revision_id=revision.id, account_id=account.id, platform=account.platform, title="血压", body="正文"
        )
        s.add(variant)
        s.flush()
        post = Post(
            item_id=item.id, revision_id=revision.id, variant_id=variant.id, account_id=account.id,
            platform=account.platform, state=state, due_at=now + timedelta(seconds=due_in), token="0" * 64,
            marker=f"m{number}", external_id=f"x{number}" if state == "live" else None, live_at=now, created_at=now,
        )  # fmt: skip
        s.add(post)
        s.flush()
        return post.id


def complaints(number: int) -> tuple[Comment, ...]:
    """Enough different people with the same complaint to open an event."""
    now = clock.now()
    return tuple(
        Comment(f"c{n}", f"用户{n}", f"这家医院乱收费，态度恶劣，要求退钱，第{n}次被坑", now) for n in range(number)
    )


def test_watch_stores_scores_and_asks_for_an_answer_though_one_platform_fails(
    home: Path, staff: dict[str, Staff], monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = add_post(staff, 1), add_post(staff, 2)

    async def poll(post_id: int) -> Polled:
        if post_id == bad:
            raise RuntimeError("the platform is down")
        return Polled(complaints(20), 20)

    monkeypatch.setattr(polling, "poll", poll)
    assert asyncio.run(step("watch").call()()) == 20
    with transaction(read_only=True) as s:
        assert all(mention.scored_at for mention in s.scalars(select(Mention)))
        asked = s.scalars(select(OutboxRow)).all()
    assert [row.step for row in asked] == ["respond"]
    assert asked[0].args == {"event_id": 1}
    assert subject(asked[0].args) == "event:1"
    assert good != bad


def test_one_respond_step_per_event_and_moment(home: Path) -> None:
    with time_machine.travel(clock.now(), tick=False):
        watch.ask_to_respond([4, 5])
        watch.ask_to_respond([4, 5])
    assert [row.args["event_id"] for row in _rows()] == [4, 5]


def _rows() -> list[OutboxRow]:
    with transaction(read_only=True) as s:
        return list(s.scalars(select(OutboxRow)))


def test_a_sweep_that_fails_keeps_no_other_from_running_and_is_not_hidden() -> None:
    done: list[str] = []

    def broken() -> int:
        raise ValueError("no")

    def sweep(name: str, count: int) -> Callable[[], int]:
        def run() -> int:
            done.append(name)
            return count

        return run

    report = RunReport("upkeep")

    with pytest.raises(ExceptionGroup) as raised:
        asyncio.run(upkeep.run_all([("甲", sweep("a", 3)), ("乙", broken), ("丙", sweep("b", 0))], report))
    assert done == ["a", "b"]
    assert report.facts == {"甲": "3"}, "what found nothing to do is not listed"
    assert [type(error) for error in raised.value.exceptions] == [ValueError]


def test_upkeep_records_the_audit_head(home: Path, staff: dict[str, Staff]) -> None:
    asyncio.run(step("upkeep").call()())
    with transaction(read_only=True) as s:
        report = audit.verify(s)
    assert (report.ok, report.heads) == (True, 1)


def test_nightly_tells_auditors_of_a_changed_record_once_a_day(home: Path, staff: dict[str, Staff]) -> None:
    asyncio.run(step("nightly").call()())
    assert [notice for notice in _notices() if "记录异常" in notice.title] == []
    with transaction() as s:
        s.query(AuditEntry).filter(AuditEntry.number == 2).update({"note": "changed"})
    for _night in range(2):
        asyncio.run(step("nightly").call()())
    found = [notice for notice in _notices() if "记录异常" in notice.title]
    assert {notice.role for notice in found} == {"auditor", "administrator"}
    assert len(found) == 2


def _notices() -> list[Notice]:
    with transaction(read_only=True) as s:
        return list(s.scalars(select(Notice)))


def test_nightly_warns_of_a_holiday_table_that_ends(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "covered_until", lambda: clock.today() + timedelta(days=10))
    capacity.tell_of_shortages()
    capacity.tell_of_shortages()
    assert len([notice for notice in _notices() if "节假日表" in notice.title]) == 1


def test_nightly_forgets_old_answers_and_nothing_else(home: Path) -> None:
    with transaction() as s:
        for step_name, key in (("respond", "event:1:respond:1"), ("advance", "item:1:advance:1")):
            outbox.enqueue(s, step_name, key, {})
        for row in outbox.claim(s, 5, 1.0):
            outbox.done(s, row.id)
        outbox.enqueue(s, "respond", "event:1:respond:2", {})
    nightly.tidy()
    assert len(_rows()) == 3
    with time_machine.travel(clock.now() + timedelta(days=8)):
        nightly.tidy()
    assert {row.key for row in _rows()} == {"item:1:advance:1", "event:1:respond:2"}


def test_a_post_is_started_early_and_waits_for_its_instant(
    home: Path, staff: dict[str, Staff], monkeypatch: pytest.MonkeyPatch
) -> None:
    post_id = add_post(staff, state="planned", due_in=1.0)
    assert coming(0.2) == []
    assert coming(release.LEAD_SECONDS) == [post_id]
    acted: list[datetime] = []

    async def act(number: int) -> str:
        acted.append(clock.now())
        return "live"

    monkeypatch.setattr(deliver, "act", act)
    assert asyncio.run(step("release").call()(post_id)) == "live"
    with transaction(read_only=True) as s:
        due = s.get_one(Post, post_id).due_at
    assert acted[0] >= due
    assert seconds_left(post_id) == 0


def test_a_post_far_off_is_not_waited_for(home: Path, staff: dict[str, Staff], monkeypatch: pytest.MonkeyPatch) -> None:
    post_id = add_post(staff, state="planned", due_in=3600)

    async def act(number: int) -> str:
        return "planned"

    monkeypatch.setattr(deliver, "act", act)
    with time_machine.travel(clock.now(), tick=False):  # a wait would never end
        assert asyncio.run(asyncio.wait_for(step("release").call()(post_id), 30)) == "planned"


def test_subjects(home: Path, staff: dict[str, Staff]) -> None:
    post_id = add_post(staff)
    assert subject({"post_id": post_id}) == "item:1"
    assert subject({"revision_id": 1}) == "item:1"
    assert subject({"revision_id": 99}) == "system"
    assert subject({}) == "system"


@pytest.mark.prefect
@pytest.mark.usefixtures("prefect_server")
@pytest.mark.parametrize(("late_by", "ran"), [(0, True), (7 * 3600, False)])
def test_a_tick_that_was_missed_is_skipped(home: Path, staff: dict[str, Staff], late_by: float, ran: bool) -> None:
    """After an outage Prefect starts the missed run; it must see that it is late and end."""
    with transaction() as s:
        s.query(AuditEntry).filter(AuditEntry.number == 1).update({"note": "changed"})

    async def scenario() -> None:
        flow: Any = step("nightly").flow()
        async with get_client() as client:
            planned: State[Any] = Scheduled(scheduled_time=datetime.now(UTC) - timedelta(seconds=late_by))
            run = await client.create_flow_run(flow, parameters={}, state=planned)
        await run_flow_async(flow, flow_run=run, parameters={})

    asyncio.run(scenario())
    assert any("记录异常" in notice.title for notice in _notices()) is ran
