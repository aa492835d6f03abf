"""How far a job is, how long it will take, and where its time goes."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from privacy.job import Progress

Thing = TypeVar("Thing")


class Pace:
    """Reports at most twice a second; the time left follows from the speed so far."""

    def __init__(self, stage: str, progress: Progress, total: int) -> None:
        self._stage, self._progress, self._total = stage, progress, max(total, 1)
        self._start = self._told = time.monotonic()

    def tick(self, done: int) -> None:
        """`done` of `total` pieces are done."""
        now = time.monotonic()
        if now - self._told < 0.5:
            return
        self._told = now
        share = min(done / self._total, 1.0)
        left = (now - self._start) / done * max(self._total - done, 0) if done else None
        self._progress(self._stage, round(share, 4), round(left, 1) if left is not None else None)

    def end(self) -> None:
        """All is done, whatever the total was."""
        self._progress(self._stage, 1.0, 0.0)


class Stopwatch:
    """Seconds per stage."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def of(self, stage: str) -> Iterator[None]:
        """Count the time inside towards `stage`."""
        start = time.monotonic()
        try:
            yield
        finally:
            self.seconds[stage] += time.monotonic() - start

    def each(self, stage: str, things: Iterable[Thing]) -> Iterator[Thing]:
        """Count the time it takes to produce each thing."""
        iterator = iter(things)
        while True:
            with self.of(stage):
                thing = next(iterator, None)
            if thing is None:
                return
            yield thing

    def rounded(self) -> dict[str, float]:
        """For a report."""
        return {stage: round(seconds, 3) for stage, seconds in self.seconds.items()}
