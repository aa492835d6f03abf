"""Serving the steps: by a runner on this machine, or by a worker of a Prefect work pool."""

from collections.abc import Callable, Sequence
from contextlib import suppress

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists
from prefect.runner import Runner
from prefect.workers.process import ProcessWorker

from flows.runtime.catalogue import LONG_AT_ONCE, POOL_AT_ONCE, STEPS, Step
from flows.runtime.deployments import deployment
from yiyuan.settings import settings

#: Seconds between two looks for new runs.
QUERY_SECONDS = 1.0


async def serve(ready: Callable[[], None], steps: Sequence[Step] = STEPS) -> None:
    """Serve the long steps until stopped. `ready` is called once they are registered.

    Schedules are not paused at the end: after a restart race they would stay so.
    """
    runner = Runner(name="yiyuan", limit=LONG_AT_ONCE, query_seconds=QUERY_SECONDS, pause_on_shutdown=False)
    for step in steps:
        if step.kind == "long":
            await runner.aadd_deployment(deployment(step))
    ready()
    await runner.start()


async def register(pool: str, steps: Sequence[Step] = STEPS) -> None:
    """Make the work pool when it is missing, and bring every step's deployment on it up to date."""
    async with get_client() as client:
        with suppress(ObjectAlreadyExists):
            await client.create_work_pool(WorkPoolCreate(name=pool, type="process"))
    for step in steps:
        await deployment(step, pool=pool).aapply()


async def serve_pool(ready: Callable[[], None]) -> None:
    """Register all steps on the work pool of the settings and run them on this machine until stopped."""
    pool = settings().work_pool
    await register(pool)
    ready()
    await ProcessWorker(work_pool_name=pool, limit=POOL_AT_ONCE).start()
