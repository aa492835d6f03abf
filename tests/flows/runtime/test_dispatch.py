"""Dispatch against a real Prefect server: inline and pool, limits, keys, failures, lost runs."""

import asyncio
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import time_machine
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Crashed, Running
from prefect.workers.process import ProcessWorker
from sqlalchemy import select

from flows.runtime import reconcile
from flows.runtime.catalogue import INLINE_AT_ONCE
from flows.runtime.dispatch import Dispatcher
from flows.runtime.serving import register
from tests.flows.conftest import LONG, SHORT
from yiyuan import clock, outbox
from yiyuan.codes import OutboxState
from yiyuan.db.session import transaction
from yiyuan.models import OutboxRow

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("home", "prefect_server")]
STEPS = (SHORT, LONG)


def ask(step: str, *numbers: int) -> None:
    with transaction() as s:
        for number in numbers:
            outbox.enqueue(s, step, f"item:{number}:{step}:v1", {"item_id": number, "revision_id": number})


def rows() -> list[OutboxRow]:
    with transaction(read_only=True) as s:
        return list(s.scalars(select(OutboxRow).order_by(OutboxRow.id)))


async def read(run_id: str) -> FlowRun:
    async with get_client() as client:
        return await client.read_flow_run(UUID(run_id))


def test_a_short_step_is_awaited_here_under_its_items_name(marks: Path) -> None:
    ask("probe_short", 12)

    async def scenario() -> FlowRun:
        dispatcher = Dispatcher(pool=False, steps=STEPS)
        assert await dispatcher.outbox() == 1
        await dispatcher.drain(30)
        return await read(rows()[0].run_id)

    run = asyncio.run(scenario())
    assert (marks / "short-12-1").read_text() == "item:12 probe_short a1|item:12"
    assert rows()[0].state == "done"
    assert run.state is not None and run.state.type == StateType.COMPLETED
    assert run.parameters == {"revision_id": 12, "attempt": 1, "subject": "item:12", "row": rows()[0].id}


def test_never_more_than_two_at_once_and_none_is_taken_that_cannot_start(
    marks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIYUAN_TEST_SLEEP", "0.3")
    ask("probe_short", *range(1, 6))

    async def scenario() -> None:
        dispatcher = Dispatcher(pool=False, steps=STEPS)
        assert await dispatcher.outbox() == INLINE_AT_ONCE
        assert await dispatcher.outbox() == 0
        assert [row.state for row in rows()].count(OutboxState.READY) == 5 - INLINE_AT_ONCE
        while any(row.state != "done" for row in rows()):
            await dispatcher.drain(30)
            await dispatcher.outbox()

    asyncio.run(scenario())
    assert len(list(marks.iterdir())) == 5


def test_a_failed_step_comes_back_and_ends_well(marks: Path) -> None:
    ask("probe_short", 3)
    (marks / "fail").touch()

    async def attempt() -> None:
        dispatcher = Dispatcher(pool=False, steps=STEPS)
        await dispatcher.outbox()
        await dispatcher.drain(30)

    asyncio.run(attempt())
    assert (rows()[0].state, rows()[0].error) == ("ready", "RuntimeError")
    (marks / "fail").unlink()
    with transaction() as s:
        outbox.retry(s, rows()[0].id, "", -1)
    asyncio.run(attempt())
    assert rows()[0].state == "done"
    assert (marks / "short-3-2").exists()


def test_no_row_is_taken_while_prefect_is_away(marks: Path) -> None:
    ask("probe_short", 5)

    async def scenario() -> int:
        with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}):
            return await Dispatcher(pool=False, steps=STEPS).outbox()

    assert asyncio.run(scenario()) == 0
    assert (rows()[0].state, rows()[0].attempt) == ("ready", 0)


def test_a_tick_is_not_started_while_the_last_one_is_still_at_it(marks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIYUAN_TEST_SLEEP", "0.5")

    async def scenario() -> None:
        dispatcher = Dispatcher(pool=False, steps=STEPS)
        assert await dispatcher.start("probe_short", {"revision_id": 1})
        assert not await dispatcher.start("probe_short", {"revision_id": 1})
        assert await dispatcher.start("probe_short", {"revision_id": 2})
        assert not await dispatcher.start("probe_short", {"revision_id": 3})
        await dispatcher.drain(30)
        assert await dispatcher.start("probe_short", {"revision_id": 3})
        await dispatcher.drain(30)

    asyncio.run(scenario())


def test_with_pool_every_step_runs_on_the_work_pool(marks: Path) -> None:
    """The real thing: deployments on a process pool, a Prefect worker, a process per run."""
    ask("probe_short", 21)
    ask("probe_long", 22)

    async def scenario() -> list[FlowRun]:
        await register("yiyuan-test", STEPS)
        dispatcher = Dispatcher(pool=True, steps=STEPS)
        assert await dispatcher.outbox() == 2
        await ProcessWorker(work_pool_name="yiyuan-test").start(run_once=True)
        return [await read(row.run_id) for row in rows()]

    runs = asyncio.run(scenario())
    assert (marks / "short-21-1").exists()
    assert (marks / "long-22-1").exists()
    assert [row.state for row in rows()] == ["done", "done"]
    assert ["item:21" in runs[0].tags, "item:22" in runs[1].tags] == [True, True]
    assert all(run.work_pool_name == "yiyuan-test" for run in runs)


def test_the_same_attempt_handed_out_twice_is_one_run_and_the_next_attempt_another(marks: Path) -> None:
    ask("probe_long", 30)

    async def scenario() -> None:
        await register("yiyuan-idle", STEPS)
        dispatcher = Dispatcher(pool=True, steps=STEPS)
        await dispatcher.outbox()
        first = rows()[0].run_id
        async with get_client() as client:
            await client.set_flow_run_state(UUID(first), Crashed(), force=True)
        assert await reconcile.reconcile() == ["again"]
        assert rows()[0].state == "ready"
        with time_machine.travel(clock.now() + timedelta(minutes=5)):
            await dispatcher.outbox()
        assert rows()[0].attempt == 2
        assert rows()[0].run_id not in {"", first}

    asyncio.run(scenario())


def test_a_run_that_fell_silent_is_buried_and_handed_out_again(marks: Path) -> None:
    ask("probe_long", 31)

    async def scenario() -> None:
        await register("yiyuan-idle", STEPS)
        dispatcher = Dispatcher(pool=True, steps=STEPS)
        await dispatcher.outbox()
        run_id = rows()[0].run_id
        assert await reconcile.reconcile() == ["renew"]
        async with get_client() as client:
            await client.set_flow_run_state(UUID(run_id), Running(), force=True)
        assert await reconcile.reconcile() == ["keep"]
        with transaction() as s:
            outbox.renew(s, rows()[0].id, -1)
        assert await reconcile.reconcile() == ["again"]
        state = (await read(run_id)).state
        assert state is not None and state.type == StateType.CRASHED

    asyncio.run(scenario())
