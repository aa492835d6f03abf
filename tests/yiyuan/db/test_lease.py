"""The heartbeat of a lease: how often it comes, what ends it, and that none comes after the work."""

import asyncio
import threading
import time
from collections.abc import Callable

import pytest

from yiyuan.db import lease

LEASE = 0.08


class Lost(Exception):
    """Somebody else has the lease."""


class Renewals:
    """Counts renewals, and raises what it is given for the first ones."""

    def __init__(self, *errors: Exception) -> None:
        self.errors, self.count = list(errors), 0

    def __call__(self) -> None:
        self.count += 1
        if self.errors:
            raise self.errors.pop(0)

    async def awaited(self) -> None:
        self()


def in_a_thread(renewals: Renewals, until: Callable[[], bool]) -> None:
    with lease.renewed_by_thread(renewals, LEASE, name="x", ends_on=(Lost,)):
        deadline = time.monotonic() + 10
        while not until() and time.monotonic() < deadline:
            time.sleep(0.005)


def in_a_task(renewals: Renewals, until: Callable[[], bool]) -> None:
    async def scenario() -> None:
        async with lease.renewed(renewals.awaited, LEASE, name="x", ends_on=(Lost,)):
            for _tick in range(2000):
                if until():
                    break
                await asyncio.sleep(0.005)

    asyncio.run(scenario())


BOTH = pytest.mark.parametrize("work", [in_a_thread, in_a_task])
Work = Callable[[Renewals, Callable[[], bool]], None]


def test_a_lease_outlives_three_failed_renewals() -> None:
    assert lease.period(60.0) * 4 == 60.0


@BOTH
def test_it_is_renewed_while_the_work_goes_on_and_never_after(work: Work) -> None:
    renewals = Renewals()
    work(renewals, lambda: renewals.count >= 3)
    counted = renewals.count
    assert counted >= 3
    time.sleep(LEASE)
    assert renewals.count == counted


@BOTH
def test_work_that_is_shorter_than_a_period_renews_nothing(work: Work) -> None:
    renewals = Renewals()
    work(renewals, lambda: True)
    assert renewals.count == 0


@BOTH
def test_a_failed_renewal_is_followed_by_the_next(work: Work) -> None:
    renewals = Renewals(OSError("database away"), OSError("still away"))
    work(renewals, lambda: renewals.count >= 4)
    assert renewals.count >= 4


@BOTH
def test_a_lost_lease_ends_the_heartbeat_but_not_the_work(work: Work) -> None:
    renewals, began = Renewals(Lost()), time.monotonic()
    work(renewals, lambda: time.monotonic() - began > 3 * LEASE)
    assert renewals.count == 1


@BOTH
def test_an_error_of_the_work_is_its_own_and_ends_the_heartbeat(work: Work) -> None:
    renewals = Renewals()

    def broken() -> bool:
        if renewals.count:
            raise ValueError("the work failed")
        return False

    with pytest.raises(ValueError, match="the work failed"):
        work(renewals, broken)
    counted = renewals.count
    time.sleep(LEASE)
    assert renewals.count == counted


def test_cancelled_work_ends_its_heartbeat() -> None:
    renewals = Renewals()

    async def work() -> None:
        async with lease.renewed(renewals.awaited, LEASE, name="x"):
            await asyncio.sleep(60)

    async def scenario() -> None:
        task = asyncio.create_task(work())
        await asyncio.sleep(LEASE)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert [other for other in asyncio.all_tasks() if other.get_name().startswith("lease-")] == []

    asyncio.run(scenario())
    assert renewals.count >= 1


def test_the_thread_has_ended_when_the_work_has() -> None:
    with lease.renewed_by_thread(Renewals(), LEASE, name="test"):
        assert "lease-test" in [thread.name for thread in threading.enumerate()]
    assert "lease-test" not in [thread.name for thread in threading.enumerate()]
