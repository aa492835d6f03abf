"""The worker: one long-lived process that beats. Short steps are awaited in it; long ones it only starts."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

import structlog

from channels.delivery import deliver
from channels.delivery.deliver import coming
from flows.release import LEAD_SECONDS, POOL_LEAD_SECONDS
from flows.runtime.dispatch import Dispatcher
from flows.runtime.events import EventFeed
from flows.runtime.outbox_runs import reason
from flows.runtime.reconcile import reconcile
from notifications import outside
from notifications.sender import Sender
from playbooks import engine
from yiyuan.settings import Settings

log = structlog.get_logger()

RECONCILE_SECONDS, ALIVE_SECONDS, EVENTS_SECONDS = 5.0, 5.0, 2.0
#: How long a stopping worker waits for the steps it is awaiting, and between two tries for a free slot.
DRAIN_SECONDS, SLOT_SECONDS = 10.0, 0.2
NOTICES_AT_ONCE = 20
#: A slow beat that failed comes again sooner: at the start Prefect may not know its deployment yet.
AGAIN_SECONDS = 5.0


@dataclass(frozen=True)
class Beat:
    """Something done again and again, `every` so many seconds."""

    name: str
    every: float
    act: Callable[[], Awaitable[object]]


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), max(seconds, 0.01))
    except TimeoutError:
        return


async def keep_time(beat: Beat, stop: asyncio.Event) -> None:
    """Beat until stopped; one that fails is logged and comes again at its next time."""
    loop = asyncio.get_running_loop()
    while not stop.is_set():
        began, pause = loop.time(), beat.every
        try:
            await beat.act()
        except Exception as error:  # the worker outlives any single failure; it is logged with its kind
            log.error("worker.beat_failed", beat=beat.name, kind=type(error).__name__, reason=reason(error))
            pause = min(beat.every, AGAIN_SECONDS)
        await _pause(stop, pause - (loop.time() - began))


def _due(lead_seconds: float) -> list[int]:
    return deliver.due() + coming(lead_seconds)


class Beats:
    """What the worker does at each beat. `say_alive` is called from a thread, every few seconds."""

    def __init__(
        self,
        own: Settings,
        dispatcher: Dispatcher,
        stop: asyncio.Event,
        say_alive: Callable[[], None],
        senders: Sequence[Sender],
    ) -> None:
        self.own, self.dispatcher, self.stop = own, dispatcher, stop
        self.say_alive, self.senders = say_alive, senders
        self.feed = EventFeed()

    async def tick(self, name: str) -> None:
        """Start a periodic step as soon as there is a slot for it."""
        while not self.stop.is_set() and not await self.dispatcher.start(name, {}):
            await _pause(self.stop, SLOT_SECONDS)

    async def posts(self) -> None:
        """Start the release of every post that is due, or about to be, as far as there are slots."""
        lead = POOL_LEAD_SECONDS if self.dispatcher.pool else LEAD_SECONDS
        for post_id in await asyncio.to_thread(_due, lead):
            large = await asyncio.to_thread(deliver.carries_upload, post_id)
            await self.dispatcher.start("upload" if large else "release", {"post_id": post_id})

    async def notices(self) -> None:
        """Send notices outside until none waits."""
        send = partial(outside.send_pending, self.senders, NOTICES_AT_ONCE, on_sent=engine.record_notice)
        while await asyncio.to_thread(send):
            continue

    async def reconcile(self) -> None:
        """Take back what killed processes left behind: deliveries and steps."""
        await asyncio.to_thread(deliver.reconcile)
        await reconcile()

    async def feed_events(self) -> None:
        """Tell Prefect's automations what happened."""
        await self.feed.send_new()

    async def alive(self) -> None:
        """Show the supervisor and the doctor that this process beats."""
        await asyncio.to_thread(self.say_alive)

    def periodic(self) -> list[Beat]:
        """One beat for each step of the catalogue that has an interval."""
        return [
            Beat(step.name, step.interval, partial(self.tick, step.name))
            for step in self.dispatcher.steps.values()
            if step.every
        ]

    def all(self) -> list[Beat]:
        """Every beat with its time."""
        tick = self.own.tick_seconds
        return [
            Beat("outbox", tick, self.dispatcher.outbox),
            Beat("posts", tick, self.posts),
            Beat("notices", tick, self.notices),
            *self.periodic(),
            Beat("events", EVENTS_SECONDS, self.feed_events),
            Beat("reconcile", RECONCILE_SECONDS, self.reconcile),
            Beat("alive", ALIVE_SECONDS, self.alive),
        ]


async def work(own: Settings, stop: asyncio.Event, say_alive: Callable[[], None], senders: Sequence[Sender]) -> None:
    """Beat until `stop` is set, then let what is awaited come to its end. senders: who carries notices outside."""
    dispatcher = Dispatcher()
    beats = Beats(own, dispatcher, stop, say_alive, senders)
    await asyncio.gather(*(keep_time(beat, stop) for beat in beats.all()))
    await dispatcher.drain(DRAIN_SECONDS)
