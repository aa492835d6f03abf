"""The modelled crisis through the tables: python -m bench.sentiment.crisis [--times N]

Stores, scores, refreshes and answers on SQLite in a temporary folder; prints seconds and rates.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta

from playbooks import engine
from sentiment.events import events
from sentiment.mentions import queue
from sentiment.mentions.store import store_mentions
from sentiment.simulation.crisis_curve import comments
from yiyuan import clock
from yiyuan.comment import Comment
from yiyuan.db import upgrade
from yiyuan.db.session import transaction
from yiyuan.models import Thread


def timed(name: str, work: Callable[[], object], amount: int = 0) -> None:
    """Run it and print how long it took."""
    start = time.perf_counter()
    work()
    took = time.perf_counter() - start
    print(f"{name:<34} {took:8.3f} s" + (f"  {amount / took:10,.0f}/s" if amount else ""))


def keep(thread_id: int, rows: list[Comment]) -> None:
    """Store in batches as the watch does."""
    for first in range(0, len(rows), 2000):
        with transaction() as s:
            store_mentions(s, s.get_one(Thread, thread_id), rows[first : first + 2000])


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=1, help="the curve so many times over (10: 298,000 comments)")
    times = parser.parse_args().times
    os.environ["YIYUAN_HOME"] = tempfile.mkdtemp(prefix="yiyuan-bench-")
    upgrade.upgrade()
    start = clock.now() - timedelta(hours=72)
    rows = [comment.comment(start, prefix=f"c{turn}") for turn in range(times) for comment in comments(turn)]
    with transaction() as s:
        thread = Thread(platform="bilibili", external_id="x", title="x", stored_count=0, created_at=start)
        s.add(thread)
        s.flush()
    timed("store", lambda: keep(thread.id, rows), len(rows))
    timed("score, near-copies included", lambda: queue.score_pending(len(rows)), len(rows))
    timed("refresh that opens the event", events.refresh)
    timed("respond over three tiers", lambda: engine.respond(1))
    keep(thread.id, [Comment("one-more", "a", "路过", clock.now())])
    timed("refresh after one more comment", events.refresh)
    timed("respond that changes nothing", lambda: engine.respond(1))


if __name__ == "__main__":
    main()
