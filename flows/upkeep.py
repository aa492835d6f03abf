"""Upkeep (巡检): the minutely sweeps. One that fails does not keep the others from running."""

import asyncio
from collections.abc import Callable, Sequence

from prefect import flow

from duties import chase
from flows.runtime.lateness import missed
from flows.runtime.outbox_runs import carried
from flows.runtime.run_report import RunReport
from playbooks import engine
from review.approval import reminders
from review.lifecycle import recalls, rescan
from yiyuan import audit
from yiyuan.db.session import transaction
from yiyuan.i18n import N_, _


def record_head() -> int:
    """Write the newest audit hash outside the database; returns 1 when it had moved."""
    with transaction(read_only=True) as s:
        return int(audit.write_head(s))


#: What each run calls, in this order, with the name of what it counts; "": not worth an artifact.
SWEEPS: tuple[tuple[str, Callable[[], int]], ...] = (
    (N_("审核催办与重启"), reminders.sweep),
    (N_("复核的舆情事件"), engine.sweep),
    (N_("任务催办与升级"), chase.sweep),
    (N_("到期或撤回同意后下架"), recalls.sweep),
    (N_("按新规则复查的版本"), rescan.run),
    ("", record_head),
)


async def run_all(sweeps: Sequence[tuple[str, Callable[[], int]]], report: RunReport) -> None:
    """Call each in a thread and note what it counted; what went wrong is raised together at the end."""
    wrong: list[Exception] = []
    for name, sweep in sweeps:
        try:
            count = await asyncio.to_thread(sweep)
            if name and count:
                report.note(_(name), count)
        except Exception as error:  # raised below, with the others
            wrong.append(error)
    if wrong:
        raise ExceptionGroup("sweeps failed", wrong)


@flow(name="upkeep", flow_run_name="system upkeep")
async def upkeep(attempt: int = 1, subject: str = "", row: int = 0) -> None:
    """Reminders, escalations, take-downs that are due, the re-scan after a change of the rules, the audit head."""
    if missed("upkeep"):
        return
    async with carried("upkeep", row) as report:
        await run_all(SWEEPS, report)
