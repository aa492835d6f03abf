"""What happens to an outbox row while its step runs, and when it ends. Of failures: notifications.step_failures."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import structlog
from prefect.runtime import flow_run

from flows.runtime.catalogue import step
from flows.runtime.run_report import RunReport
from yiyuan import logging_setup, outbox
from yiyuan.db import lease
from yiyuan.db.session import transaction
from yiyuan.errors import Missing, YiyuanError


def _begin(row: int, run_id: str, lease_seconds: float) -> None:
    with transaction() as s:
        outbox.started(s, row, run_id)
        outbox.renew(s, row, lease_seconds)


def _renew(row: int, lease_seconds: float) -> None:
    with transaction() as s:
        outbox.renew(s, row, lease_seconds)


def _done(row: int) -> None:
    with transaction() as s:
        outbox.done(s, row)


@asynccontextmanager
async def carried(name: str, row: int, subject: str = "") -> AsyncIterator[RunReport]:
    """Hold the row's lease while the body runs and mark the row done when it ends well.

    A body that raises leaves the row running: whoever awaited the run, or the reconciler, hands it out again.
    `row` 0 is a run that nobody asked for through the outbox; nothing is held. The report that is yielded takes the
    step's numbers and becomes the run's artifact. subject: whose acts on record it lists ("post:5").
    """
    if not structlog.is_configured():
        logging_setup.configure()  # a process that Prefect started has passed none of our commands
    planned = step(name)
    report = RunReport(name, subject, quiet=bool(planned.every))
    await report.begin()
    if not row:
        yield report
        await report.leave()
        return
    seconds = planned.lease_seconds
    await asyncio.to_thread(_begin, row, str(flow_run.id or ""), seconds)
    renew = partial(asyncio.to_thread, _renew, row, seconds)
    async with lease.renewed(renew, seconds, name=f"row:{row}", ends_on=(Missing,)):
        yield report
    await asyncio.to_thread(_done, row)
    await report.leave()


def reason(error: BaseException) -> str:
    """What may be kept of an error: our own sentence, else only its kind (a message could quote a text)."""
    return error.message if isinstance(error, YiyuanError) else type(error).__name__
