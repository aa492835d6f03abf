"""The worker's beats."""

import asyncio
from pathlib import Path

import pytest

from channels.delivery import deliver
from flows.runtime import catalogue, worker
from flows.runtime.catalogue import Step
from flows.runtime.dispatch import Dispatcher
from flows.runtime.worker import Beat, Beats, keep_time, work
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

    monkeypatch.setattr(deliver, "due", lambda: [1, 2])
    monkeypatch.setattr(worker, "coming", lambda _seconds: [3])
    monkeypatch.setattr(deliver, "carries_upload", lambda post_id: post_id == 2)
    asyncio.run(Beats(settings(), Noting(), asyncio.Event(), lambda: None, []).posts())
    assert started == [("release", {"post_id": 1}), ("upload", {"post_id": 2}), ("release", {"post_id": 3})]


def test_a_step_with_an_interval_is_started_by_the_worker_for_being_in_the_catalogue(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    added = Step("made_up", "nowhere:nothing", "short", "A made-up step.", every=0.05)
    monkeypatch.setattr(catalogue, "STEPS", (*catalogue.STEPS, added))

    async def scenario() -> None:
        stop = asyncio.Event()

        async def start(_dispatcher: Dispatcher, name: str, args: dict[str, int | str]) -> bool:
            assert args == {}
            started.append(name)
            if started.count("made_up") == 3:
                stop.set()
            return True

        monkeypatch.setattr(Dispatcher, "start", start)
        await asyncio.wait_for(work(settings(), stop, lambda: None, ()), 20)

    asyncio.run(scenario())
    assert started.count("made_up") == 3
    assert set(started) == {step.name for step in catalogue.STEPS if step.every}


def test_the_beats_follow_the_catalogue_and_the_settings(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIYUAN_WATCH_SECONDS", "7")
    settings.cache_clear()
    beats = Beats(settings(), Dispatcher(pool=False), asyncio.Event(), lambda: None, ()).periodic()
    every = {beat.name: beat.every for beat in beats}
    assert every.keys() == {step.name for step in catalogue.STEPS if step.every}
    assert every.items() >= {"watch": 7.0, "upkeep": 60.0}.items()
