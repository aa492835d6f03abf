"""Respond (应对): bring one event to the tier its volume asks for."""

import asyncio

from prefect import flow

from flows.runtime.outbox_runs import carried
from playbooks import engine


@flow(name="respond", flow_run_name="{subject} respond a{attempt}")
async def respond(event_id: int, attempt: int = 1, subject: str = "", row: int = 0) -> None:
    """Run the playbook of one event once: crossings, duties, notices, holds."""
    async with carried("respond", row):
        await asyncio.to_thread(engine.respond, event_id)
