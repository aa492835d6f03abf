"""From outbox rows to runs: awaited here (inline), or as deployments on a runner or a work pool."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import structlog
from prefect import tags
from prefect.client.orchestration import get_client
from prefect.deployments import arun_deployment

from flows.runtime import catalogue, outbox_runs
from flows.runtime.catalogue import INLINE_AT_ONCE, POOL_BATCH, Step
from notifications import step_failures
from yiyuan import clock, outbox
from yiyuan.db.session import transaction
from yiyuan.models import OutboxRow, Post, Revision
from yiyuan.settings import settings

log = structlog.get_logger()

Args = dict[str, int | str]


def _look() -> tuple[set[str], Counter[str]]:
    with transaction(read_only=True) as s:
        return outbox.due_steps(s), Counter(row.step for row in outbox.running(s))


def _claim(step: Step, free: int) -> list[OutboxRow]:
    with transaction() as s:
        return outbox.claim(s, free, step.lease_seconds, [step.name])


def _started(row_id: int, run_id: str) -> None:
    with transaction() as s:
        outbox.started(s, row_id, run_id)


def subject(args: dict[str, int | str]) -> str:
    """ "item:12" or "event:3" for the ids of a step; "system" for a step about everything."""
    if "event_id" in args:
        return f"event:{args['event_id']}"
    if "item_id" in args:
        return f"item:{args['item_id']}"
    with transaction(read_only=True) as s:
        found = s.get(Post, args["post_id"]) if "post_id" in args else s.get(Revision, args.get("revision_id", 0))
        return f"item:{found.item_id}" if found else "system"


def parameters(args: Args, about: str, row: OutboxRow | None) -> dict[str, Any]:
    """What a step's flow is called with: its ids, its subject and, when the outbox asked for it, the row."""
    ids = {key: value for key, value in args.items() if key != "item_id"}
    return ids | {"subject": about, "attempt": row.attempt if row else 1, "row": row.id if row else 0}


async def deploy(step: Step, args: Args, key: str, row: OutboxRow | None = None) -> str:
    """Start a step as a deployment and return the run's id; the same key is the same run."""
    about = await asyncio.to_thread(subject, args)
    run = await arun_deployment(
        step.deployment,
        parameters=parameters(args, about, row),
        timeout=0,
        as_subflow=False,
        idempotency_key=key,
        tags=[about],
    )
    return str(run.id)


async def ended(run_id: str) -> bool:
    """Whether a run has reached a final state."""
    async with get_client() as client:
        run = await client.read_flow_run(UUID(run_id))
        return run.state is not None and run.state.is_final()


async def reachable() -> bool:
    """Whether Prefect's server answers. While it does not, no row is taken: its attempts would be spent for nothing."""
    async with get_client() as client:
        return await client.api_healthcheck() is None


class Dispatcher:
    """Starts the steps of one installation; make it inside the event loop that awaits the short ones.

    pool: every step becomes a deployment run (settings.dispatch); else only the long ones.
    steps: those of the catalogue unless given.
    """

    def __init__(self, *, pool: bool | None = None, steps: Sequence[Step] | None = None) -> None:
        self.pool = settings().dispatch == "pool" if pool is None else pool
        self.steps = {step.name: step for step in (catalogue.STEPS if steps is None else steps)}
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self.runs: dict[str, str] = {}

    def remote(self, step: Step) -> bool:
        """Whether a step runs as a deployment."""
        return self.pool or step.kind == "long"

    def _free(self, step: Step, running: Counter[str]) -> int:
        if not self.remote(step):
            # A row is not taken before it can start: its lease would run while it waits for a slot.
            return min(step.limit, INLINE_AT_ONCE - len(self.tasks))
        return POOL_BATCH if self.pool else step.limit - running[step.name]

    async def outbox(self) -> int:
        """Start what the outbox holds, as far as the limits allow; returns how many rows were taken."""
        (due, running), taken = await asyncio.to_thread(_look), 0
        if not due or not await reachable():
            return 0
        for step in self.steps.values():
            free = self._free(step, running)
            if step.name not in due or free <= 0:
                continue
            for row in await asyncio.to_thread(_claim, step, free):
                taken += 1
                await self._hand_out(step, row)
        return taken

    async def _hand_out(self, step: Step, row: OutboxRow) -> None:
        if not self.remote(step):
            self._begin(f"row:{row.id}", step, row.args, row)
            return
        try:
            run_id = await deploy(step, row.args, f"{row.key}:a{row.attempt}", row)
            await asyncio.to_thread(_started, row.id, run_id)
        except Exception as error:  # Prefect away or a deployment missing: kept in the row, tried again
            log.warning("dispatch.failed", step=step.name, key=row.key, reason=outbox_runs.reason(error))
            await asyncio.to_thread(step_failures.again, row.id, row.attempt, outbox_runs.reason(error))

    def _begin(self, key: str, step: Step, args: Args, row: OutboxRow | None) -> None:
        self.tasks[key] = asyncio.create_task(self._await(step, args, row), name=key)
        self.tasks[key].add_done_callback(lambda _ended: self.tasks.pop(key, None))

    async def _await(self, step: Step, args: Args, row: OutboxRow | None) -> None:
        about = await asyncio.to_thread(subject, args)
        try:
            with tags(about):
                await step.flow()(**parameters(args, about, row))
        except Exception as error:  # Prefect shows the failed run; the row says what happens next
            log.warning("step.failed", step=step.name, subject=about, reason=outbox_runs.reason(error))
            if row is not None:
                await asyncio.to_thread(step_failures.again, row.id, row.attempt, outbox_runs.reason(error))

    async def start(self, name: str, args: Args) -> bool:
        """Start a step that no row asked for (a tick, a due post); False: no free slot, or it is still at it."""
        step, key = self.steps[name], ":".join([name, *map(str, args.values())])
        if not self.remote(step):
            if key in self.tasks or len(self.tasks) >= INLINE_AT_ONCE:
                return False
            self._begin(key, step, args, None)
            return True
        if key in self.runs and not await ended(self.runs[key]):
            return False
        # Two workers that tick in the same second make one run.
        self.runs[key] = await deploy(step, args, f"{key}:{int(clock.now().timestamp())}")
        return True

    async def drain(self, seconds: float) -> None:
        """Wait for what is being awaited here, at most so long; the outbox hands the rest out again."""
        if self.tasks:
            await asyncio.wait(list(self.tasks.values()), timeout=seconds)
