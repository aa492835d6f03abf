"""Upkeep (巡检): the minutely sweeps. One that fails does not keep the others from running."""

import asyncio
from collections.abc import Callable

from prefect import flow

from duties import chase
from flows.runtime.lateness import missed
from flows.runtime.outbox_runs import carried
from playbooks import engine
from review.approval import reminders
from review.lifecycle import recalls, rescan
from yiyuan import audit
from yiyuan.db.session import transaction


def record_head() -> None:
    """Write the newest audit hash outside the database."""
    with transaction(read_only=True) as s:
        audit.write_head(s)


#: What each run calls, in this order.
SWEEPS: tuple[Callable[[], object], ...] = (
    reminders.sweep,
    engine.sweep,
    chase.sweep,
    recalls.sweep,
    rescan.run,
    record_head,
)


async def run_all(sweeps: tuple[Callable[[], object], ...]) -> None:
    """Call each in a thread; what went wrong is raised together at the end."""
    wrong: list[Exception] = []
    for sweep in sweeps:
        try:
            await asyncio.to_thread(sweep)
        except Exception as error:  # raised below, with the others
            wrong.append(error)
    if wrong:
        raise ExceptionGroup("sweeps failed", wrong)


@flow(name="upkeep", flow_run_name="system upkeep")
async def upkeep(attempt: int = 1, subject: str = "", row: int = 0) -> None:
    """Reminders, escalations, take-downs that are due, the re-scan after a change of the rules, the audit head."""
    if missed("upkeep"):
        return
    async with carried("upkeep", row):
        await run_all(SWEEPS)
