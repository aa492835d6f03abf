"""Leases with a heartbeat: while work goes on its lease is pushed out; when the process dies it runs out by itself.

Who holds a lease, and what taking one over means, is decided by the row it stands on; here is only the heartbeat. A
renewal comes every quarter of the lease, so three may fail before somebody else takes over. An error of `ends_on` says
that the lease is lost: the heartbeat stops, and the body learns of it when it next saves. Any other error is logged,
and the next renewal may succeed. When the body has ended, no renewal is running any more.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import structlog

log = structlog.get_logger()

RENEWALS_PER_LEASE = 4


def period(lease_seconds: float) -> float:
    """Seconds between two renewals."""
    return lease_seconds / RENEWALS_PER_LEASE


@asynccontextmanager
async def renewed(
    renew: Callable[[], Awaitable[object]],
    lease_seconds: float,
    *,
    name: str,
    ends_on: tuple[type[Exception], ...] = (),
) -> AsyncIterator[None]:
    """Await `renew` again and again while the body runs. `name` says in the log whose lease it is."""
    done = asyncio.Event()

    async def beat() -> None:
        while not done.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(done.wait(), period(lease_seconds))
                return
            try:
                await renew()
            except ends_on:
                return
            except Exception:
                log.exception("lease.not_renewed", lease=name)

    heartbeat = asyncio.create_task(beat(), name=f"lease-{name}")
    try:
        yield
    finally:
        done.set()
        await heartbeat


@contextmanager
def renewed_by_thread(
    renew: Callable[[], object],
    lease_seconds: float,
    *,
    name: str,
    ends_on: tuple[type[Exception], ...] = (),
) -> Iterator[None]:
    """Call `renew` from a thread again and again while the body runs; the same rules as `renewed`."""
    done = threading.Event()

    def beat() -> None:
        while not done.wait(period(lease_seconds)):
            try:
                renew()
            except ends_on:
                return
            except Exception:
                log.exception("lease.not_renewed", lease=name)

    heartbeat = threading.Thread(target=beat, name=f"lease-{name}", daemon=True)
    heartbeat.start()
    try:
        yield
    finally:
        done.set()
        heartbeat.join()
