"""Release (发布): deliver one post at its instant."""

import asyncio

from prefect import flow

from channels.delivery import deliver
from channels.delivery.deliver import seconds_left
from flows.runtime.outbox_runs import carried
from flows.runtime.run_report import RunReport
from yiyuan.codes import PostState
from yiyuan.i18n import _

#: Seconds before its time at which a post's run is started, inline and on a pool, where a process must start first:
#: so it goes out at the instant and not a start later.
LEAD_SECONDS, POOL_LEAD_SECONDS = 3.0, 12.0


async def _deliver(post_id: int, report: RunReport) -> str:
    left = await asyncio.to_thread(seconds_left, post_id)
    if left <= POOL_LEAD_SECONDS:
        # A timer may fire a moment early, and a post that is not due is not touched.
        await asyncio.sleep(left + 0.01)
    state = await deliver.act(post_id)
    report.note(_("发布单状态"), PostState.label_or_value(state))
    return state


@flow(name="release", flow_run_name="{subject} release post {post_id}")
async def release(post_id: int, attempt: int = 1, subject: str = "", row: int = 0) -> str:
    """Do what the post's ledger says is next; returns its new state."""
    async with carried("release", row, f"post:{post_id}") as report:
        return await _deliver(post_id, report)


@flow(name="upload", flow_run_name="{subject} upload post {post_id}")
async def upload(post_id: int, attempt: int = 1, subject: str = "", row: int = 0) -> str:
    """The same for a post whose video is too large for the worker."""
    async with carried("upload", row, f"post:{post_id}") as report:
        return await _deliver(post_id, report)
