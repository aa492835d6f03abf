"""Respond (应对): bring one event to the tier its volume asks for."""

import asyncio

from prefect import flow

from flows.runtime.outbox_runs import carried
from playbooks import engine
from yiyuan.i18n import _


@flow(name="respond", flow_run_name="{subject} respond a{attempt}")
async def respond(event_id: int, attempt: int = 1, subject: str = "", row: int = 0) -> None:
    """Run the playbook of one event once: crossings, duties, notices, holds."""
    async with carried("respond", row, subject) as report:
        outcome = await asyncio.to_thread(engine.respond, event_id)
        report.note(_("级别"), outcome.tier)
        report.note(_("声量"), outcome.volume)
        report.note(_("启动任务"), outcome.duties)
