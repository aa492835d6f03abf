"""A worker in a process of its own that is killed with SIGKILL, at a named point or at a random moment."""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence

from channels.delivery import deliver, failpoints
from tests.support.channels import SUBMIT, Sandbox, look
from yiyuan.db import session as db

KILLED = -signal.SIGKILL


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def forked(work: Callable[[], object]) -> int:
    """Start a process that does the work and nothing else; returns its pid."""
    pid = os.fork()
    if pid:
        return pid
    try:
        db.engine.cache_clear()  # connections do not survive a fork
        work()
    finally:
        os._exit(0)


def ended(pid: int) -> int:
    """Wait for it; negative: the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def deliver_killed_at(post_id: int, point: str) -> int:
    """One delivery that is killed when it comes to a point; how the process ended."""

    def work() -> None:
        failpoints.arm(lambda name: _die() if name == point else None)
        deliver.deliver(post_id)

    return ended(forked(work))


def deliver_killed_in_flight(post_id: int, step: str, seconds: float) -> int:
    """One delivery that is killed while the call of a step is on its way."""

    def work() -> None:
        def begin(name: str) -> None:
            if name == f"{step}:after_row":
                threading.Timer(seconds, _die).start()

        failpoints.arm(begin)
        deliver.deliver(post_id)

    return ended(forked(work))


def _worker() -> None:
    while True:
        deliver.reconcile()
        waiting = deliver.due()
        for post_id in waiting:
            deliver.deliver(post_id)
        if not waiting:
            time.sleep(0.005)


def storm(dice: random.Random, post_ids: Sequence[int], kills: int, longest: float, seconds: float) -> int:
    """Kill a worker at random moments and start the next at once, until all posts came to rest; kills made."""
    deadline, killed = time.monotonic() + seconds, 0
    while time.monotonic() < deadline:
        pid = forked(_worker)
        time.sleep(dice.uniform(0.02, longest) if killed < kills else 1.0)
        os.kill(pid, signal.SIGKILL)
        ended(pid)
        killed += killed < kills
        if killed >= kills and all(look(post_id).state in RESTING for post_id in post_ids):
            return killed
    raise AssertionError([(p, look(p).state, look(p).message) for p in post_ids if look(p).state not in RESTING])


def troubles(sandbox: Sandbox, dice: random.Random, number: int) -> None:
    """Let the next submits of every platform go wrong or take long, so that kills fall into them."""
    kinds = ("slow", "slow", "slow", "delay", "drop_after", "fail_after", "drop_before", "429")
    for path in SUBMIT.values():
        for _ in range(number):
            kind = dice.choice(kinds)
            sandbox.fault(path, kind, seconds=1 if kind == "429" else dice.uniform(0.1, 0.4))


RESTING = ("live", "awaiting_person", "refused", "parked", "withdrawn")


def published_per_marker(sandbox: Sandbox, post_ids: Sequence[int]) -> Counter[str]:
    """How often each post is on the platforms, by the platforms' own account."""
    shown = [f"{row.get('content_source_url', '')} {row.get('desc', '')}" for row in sandbox.posts()]
    markers = [look(post_id).marker for post_id in post_ids if look(post_id).platform in SUBMIT]
    return Counter({marker: sum(marker in text for text in shown) for marker in markers})
