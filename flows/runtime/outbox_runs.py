"""What happens to an outbox row while its step runs, when it ends, and when it fails."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog
from prefect.runtime import flow_run

from flows.runtime.catalogue import step
from notifications import notices
from yiyuan import logging_setup, outbox
from yiyuan.codes import NoticeKind, OutboxState
from yiyuan.db.session import transaction
from yiyuan.errors import YiyuanError
from yiyuan.i18n import _
from yiyuan.models import OutboxRow
from yiyuan.staff.roles import Role

log = structlog.get_logger()

#: Seconds before a step is tried again; after the last one a person is told.
DELAYS = (2.0, 10.0, 60.0, 300.0, 900.0)


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


async def _keep(row: int, lease_seconds: float) -> None:
    while True:
        await asyncio.sleep(lease_seconds / 4)
        await asyncio.to_thread(_renew, row, lease_seconds)


@asynccontextmanager
async def carried(name: str, row: int) -> AsyncIterator[None]:
    """Hold the row's lease while the body runs and mark the row done when it ends well.

    A body that raises leaves the row running: whoever awaited the run, or the reconciler, hands it out again.
    `row` 0 is a run that nobody asked for through the outbox; nothing is held.
    """
    if not structlog.is_configured():
        logging_setup.configure()  # a process that Prefect started has passed none of our commands
    if not row:
        yield
        return
    lease = step(name).lease_seconds
    await asyncio.to_thread(_begin, row, str(flow_run.id or ""), lease)
    keeper = asyncio.create_task(_keep(row, lease))
    try:
        yield
    finally:
        keeper.cancel()
        with suppress(asyncio.CancelledError):
            await keeper
    await asyncio.to_thread(_done, row)


def reason(error: BaseException) -> str:
    """What may be kept of an error: our own sentence, else only its kind (a message could quote a text)."""
    return error.message if isinstance(error, YiyuanError) else type(error).__name__


def again(row_id: int, attempt: int, error: str) -> OutboxState:
    """Hand a row out once more, or give up after the last delay and tell the administrators; returns its new state.

    Nothing happens when the row has moved on since that attempt: two may have seen the same failure.
    """
    with transaction() as s:
        row = s.get_one(OutboxRow, row_id)
        if row.state != OutboxState.RUNNING or row.attempt != attempt:
            return row.state
        if row.attempt <= len(DELAYS):
            outbox.retry(s, row_id, error, DELAYS[row.attempt - 1])
            log.warning("step.again", step=row.step, key=row.key, attempt=row.attempt)
            return OutboxState.READY
        outbox.give_up(s, row_id, error)
        title = _("步骤 {step} 连续失败，需要人工处理").format(step=row.step)
        body = _("编号 {key}，已尝试 {n} 次，最后一次原因：{error}").format(key=row.key, n=row.attempt, error=error)
        notices.post(
            s,
            key=f"outbox:{row.id}:failed",
            kind=NoticeKind.SYSTEM,
            title=title,
            body=body,
            role=Role.administrator,
            urgent=True,
        )
        log.error("step.gave_up", step=row.step, key=row.key, attempt=row.attempt)
        return OutboxState.FAILED
