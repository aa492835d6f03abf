"""Nightly (夜检): does the record still hold, and what will run out. Administrators and auditors get a notice."""

import asyncio
from datetime import timedelta

from prefect import flow

from channels.delivery import exception_report
from flows.runtime import catalogue
from flows.runtime.lateness import missed
from flows.runtime.outbox_runs import carried
from notifications import capacity
from review.approval import record_check
from yiyuan import clock, outbox
from yiyuan.db.session import transaction
from yiyuan.i18n import _


def tidy() -> None:
    """Forget the finished rows of the steps whose keys never come again, as the catalogue says."""
    with transaction() as s:
        for step in catalogue.STEPS:
            if step.forgotten_after_days:
                outbox.forget(s, step.name, clock.now() - timedelta(days=step.forgotten_after_days))


@flow(name="nightly", flow_run_name="system nightly")
async def nightly(attempt: int = 1, subject: str = "", row: int = 0) -> None:
    """Verify the record and look ahead."""
    if missed("nightly"):
        return
    async with carried("nightly", row) as report:
        report.note(_("记录异常"), await asyncio.to_thread(record_check.tell_of_faults))
        report.note(_("将用尽的资源（节假日表、磁盘）"), await asyncio.to_thread(capacity.tell_of_shortages))
        report.note(_("上月未证实下架的稿件"), await asyncio.to_thread(exception_report.announce))
        await asyncio.to_thread(tidy)
