"""Advance (推进): what follows from a decision."""

import asyncio

from prefect import flow

from flows.runtime.outbox_runs import carried
from review.approval.gate import after_decision


@flow(name="advance", flow_run_name="{subject} advance revision {revision_id} a{attempt}")
async def advance(revision_id: int, attempt: int = 1, subject: str = "", row: int = 0) -> None:
    """Open what the last decision on a revision demands; after the final one, plan its posts."""
    async with carried("advance", row, subject):
        await asyncio.to_thread(after_decision, revision_id)
