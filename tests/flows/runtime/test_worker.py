"""The worker's beats."""

import asyncio
from pathlib import Path

import pytest

from flows.runtime import worker
from flows.runtime.dispatch import Dispatcher
from flows.runtime.worker import Beat, Beats, keep_time
from yiyuan.settings import settings


def test_a_beat_that_fails_comes_again_and_stops_when_told() -> None:
    async def scenario() -> int:
        stop, times = asyncio.Event(), 0

        async def act() -> None:
            nonlocal times
            times += 1
            if times == 3:
                stop.set()
            raise RuntimeError("every time")

        await asyncio.wait_for(keep_time(Beat("broken", 0.01, act), stop), 5)
        return times

    assert asyncio.run(scenario()) == 3


def test_large_uploads_go_to_the_runner(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[tuple[str, dict[str, int | str]]] = []

    class Noting(Dispatcher):
        async def start(self, name: str, args: dict[str, int | str]) -> bool:
            started.append((name, args))
            return True

    monkeypatch.setattr(worker.deliver, "due", lambda: [1, 2])
    monkeypatch.setattr(worker, "coming", lambda _seconds: [3])
    monkeypatch.setattr(worker.deliver, "carries_upload", lambda post_id: post_id == 2)
    asyncio.run(Beats(settings(), Noting(), asyncio.Event(), []).posts())
    assert started == [("release", {"post_id": 1}), ("upload", {"post_id": 2}), ("release", {"post_id": 3})]
