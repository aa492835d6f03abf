"""The reconciler: steps whose run crashed, vanished or fell silent are handed out again.

It trusts the lease in our own database, and asks Prefect only for what Prefect knows better: that a run has ended, or
that it still waits for a process.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import structlog
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import State, StateType
from prefect.exceptions import ObjectNotFound
from prefect.states import Crashed

from flows.runtime.catalogue import step
from notifications import step_failures
from yiyuan import clock, outbox
from yiyuan.db.session import transaction
from yiyuan.models import OutboxRow

log = structlog.get_logger()

#: A process that was promised but has not begun after so long will not: its runner died in between.
PENDING_SECONDS = 180.0
Verdict = Literal["keep", "renew", "done", "again"]


@dataclass(frozen=True)
class Seen:
    """What Prefect says of a run. state "" when it knows none of that id."""

    state: str
    since: datetime | None = None


def verdict(row: OutboxRow, seen: Seen | None, now: datetime) -> Verdict:
    """What to do with a running row; `seen` is None when it has no run yet."""
    silent = outbox.is_silent(row, now)
    if seen is None:
        return "again" if silent else "keep"
    if seen.state == StateType.COMPLETED:
        return "done"
    if seen.state in {"", StateType.FAILED, StateType.CRASHED, StateType.CANCELLED}:
        return "again"
    if seen.state == StateType.PENDING and seen.since and now - seen.since > timedelta(seconds=PENDING_SECONDS):
        return "again"
    if seen.state in {StateType.SCHEDULED, StateType.PENDING}:
        return "renew"
    return "again" if silent else "keep"


async def _see(client: PrefectClient, run_id: str) -> Seen | None:
    if not run_id:
        return None
    try:
        run = await client.read_flow_run(UUID(run_id))
    except ObjectNotFound:
        return Seen("")
    return Seen(run.state.type, run.state.timestamp) if run.state else Seen("")


def _running() -> list[OutboxRow]:
    with transaction(read_only=True) as s:
        return outbox.running(s)


def _renew(row: OutboxRow) -> None:
    with transaction() as s:
        outbox.renew(s, row.id, step(row.step).lease_seconds)


def _done(row: OutboxRow) -> None:
    with transaction() as s:
        outbox.done(s, row.id)


async def _settle(client: PrefectClient, row: OutboxRow) -> Verdict:
    seen = await _see(client, row.run_id)
    what = verdict(row, seen, clock.now())
    if what == "again":
        # Tell Prefect that a silent run is over, so that it neither starts late nor looks alive for ever.
        if seen and seen.state in {StateType.RUNNING, StateType.PENDING, StateType.SCHEDULED}:
            state: State[None] = Crashed(message="fell silent; handed out again")
            await client.set_flow_run_state(UUID(row.run_id), state, force=True)
        why = f"run {seen.state.lower()}" if seen and seen.state else "run lost"
        await asyncio.to_thread(step_failures.again, row.id, row.attempt, why)
        log.warning("reconcile.again", step=row.step, key=row.key, attempt=row.attempt)
    elif what == "renew":
        await asyncio.to_thread(_renew, row)
    elif what == "done":
        await asyncio.to_thread(_done, row)
    return what


async def reconcile() -> list[Verdict]:
    """Look once at every row that is out; raises what Prefect's client raises when its server is away."""
    waiting = await asyncio.to_thread(_running)
    if not waiting:
        return []
    async with get_client() as client:
        return [await _settle(client, row) for row in waiting]
