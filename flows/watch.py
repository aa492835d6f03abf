"""Watch (监看): one run for all accounts per tick; comments and counts are stored first and scored behind."""

import asyncio

import structlog
from prefect import flow

from channels.delivery import polling as platforms
from channels.delivery.polling import Polled
from flows.runtime.lateness import missed
from flows.runtime.outbox_runs import carried, reason
from sentiment.events import events
from sentiment.mentions import queue as threads
from sentiment.mentions import store
from yiyuan import clock, outbox
from yiyuan.db.session import transaction
from yiyuan.i18n import _
from yiyuan.models import Thread

log = structlog.get_logger()

#: Platforms are asked in parallel, but never so many at once that a slow one holds up the tick for the others.
AT_ONCE = 8
#: Mentions scored per round; between rounds the events are refreshed.
BATCH = 2000


def _to_poll() -> list[tuple[int, int]]:
    with transaction() as s:
        return threads.threads_to_poll(s)


def _keep(thread_id: int, polled: Polled) -> int:
    with transaction() as s:
        thread = s.get_one(Thread, thread_id)
        stored = store.store_mentions(s, thread, polled.comments)
        store.set_platform_count(s, thread, polled.count)
        return stored


async def _poll(thread_id: int, post_id: int, gate: asyncio.Semaphore) -> int:
    async with gate:
        try:
            polled = await platforms.poll(post_id)
        except Exception as error:  # one platform's trouble must not blind the watch to the others
            log.warning("watch.poll_failed", post=post_id, reason=reason(error))
            return 0
    return await asyncio.to_thread(_keep, thread_id, polled)


def ask_to_respond(event_ids: list[int]) -> None:
    """One respond step per event and moment, through the outbox: it survives whatever happens next."""
    stamp = int(clock.now().timestamp())
    with transaction() as s:
        for event_id in event_ids:
            outbox.enqueue(s, "respond", f"event:{event_id}:respond:{stamp}", {"event_id": event_id})


async def _refresh() -> list[int]:
    changed = await asyncio.to_thread(events.refresh)
    if changed:
        await asyncio.to_thread(ask_to_respond, changed)
    return changed


async def _score() -> int:
    """Number of mentions that were scored."""
    total = 0
    while scored := await asyncio.to_thread(threads.score_pending, BATCH):
        total += scored
        await _refresh()
    return total


@flow(name="watch", flow_run_name="system watch")
async def watch(attempt: int = 1, subject: str = "", row: int = 0) -> int:
    """Poll every live post, store what is new, refresh the events, then score; returns the number of new mentions."""
    if missed("watch"):
        return 0
    async with carried("watch", row) as report:
        gate = asyncio.Semaphore(AT_ONCE)
        new = await asyncio.gather(*(_poll(t, p, gate) for t, p in await asyncio.to_thread(_to_poll)))
        # A turned post's tier follows from counts alone: it must not wait for the scores.
        await _refresh()
        scored = await _score()
        if sum(new) or scored:
            report.note(_("查看的帖子"), len(new))
            report.note(_("新评论"), sum(new))
            report.note(_("评分"), scored)
    return sum(new)
