"""Intake (入库): probe, desensitise and check one revision."""

import asyncio

from prefect import flow

from flows.runtime.outbox_runs import carried
from review.intake.pipeline import run


@flow(name="intake", flow_run_name="{subject} intake revision {revision_id} a{attempt}")
async def intake(revision_id: int, attempt: int = 1, subject: str = "", row: int = 0) -> None:
    """Bring a revision from `intake` to `naming`, or to `intake_failed` with a message for its author."""
    async with carried("intake", row, subject):
        await asyncio.to_thread(run, revision_id, attempt)
