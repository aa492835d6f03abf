"""The supervisor with small children of the test's own: order, restarts, groups, refusal to hang."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil
import pytest

from commands.runtime import supervisor
from commands.runtime.supervisor import Child, Supervisor
from yiyuan.errors import Failed

SLEEPER = "import time\ntime.sleep(600)\n"
STUBBORN = (
    "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('up', flush=True)\ntime.sleep(600)\n"
)
PARENT = (
    "import subprocess, sys, time\n"
    "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    "open(sys.argv[1], 'w').write(str(p.pid))\ntime.sleep(600)\n"
)


async def at_once(_pid: int) -> bool:
    return True


def child(
    name: str, code: str, *arguments: str, ready: Callable[[int], Awaitable[bool]] = at_once, **more: bool
) -> Child:
    command = [sys.executable, "-c", code, *arguments]
    return Child(
        name,
        command,
        dict(os.environ),
        ready,
        ready_seconds=10.0,
        last=more.get("last", False),
        spare=more.get("spare", False),
    )


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "waited in vain"
        await asyncio.sleep(0.02)


def test_starts_the_last_ones_first_and_stops_them_last(tmp_path: Path) -> None:
    order: list[str] = []

    def note(name: str) -> Callable[[int], Awaitable[bool]]:
        async def look(_pid: int) -> bool:
            order.append(name)
            return True

        return look

    async def scenario() -> None:
        kept = Supervisor(
            [child("page", SLEEPER, ready=note("page")), child("server", SLEEPER, ready=note("server"), last=True)],
            tmp_path,
        )
        await kept.start()
        pids = kept.pids()
        await kept.close()
        assert not any(psutil.pid_exists(pid) for pid in pids.values())

    asyncio.run(scenario())
    assert order == ["server", "page"]


def test_a_killed_child_comes_back(tmp_path: Path) -> None:
    async def scenario() -> None:
        kept = Supervisor([child("one", SLEEPER), child("two", SLEEPER)], tmp_path)
        await kept.start()
        before = kept.pids()
        os.kill(before["one"], signal.SIGKILL)
        await until(lambda: kept.pids().get("one", before["one"]) != before["one"])
        assert kept.pids()["two"] == before["two"]
        assert kept.kept[0].restarts == 1
        await kept.close()

    asyncio.run(scenario())


def test_a_child_that_keeps_dying_is_restarted_more_and_more_slowly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "BACK_OFF", 0.1)

    async def scenario() -> int:
        kept = Supervisor([child("dies", "raise SystemExit(3)")], tmp_path)
        kept.kept[0].process = await kept.kept[0].spawn()
        keeper = asyncio.create_task(kept.kept[0].keep())
        await asyncio.sleep(2.0)
        kept.stop.set()
        await keeper
        return kept.kept[0].restarts

    # 0.1 + 0.2 + 0.4 + 0.8 s of pauses fit, the next (1.6 s) does not; without back-off there would be about ten.
    assert 2 <= asyncio.run(scenario()) <= 5


def test_one_that_ignores_sigterm_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "KILL_AFTER", 0.5)

    async def scenario() -> float:
        kept = Supervisor([child("stubborn", STUBBORN)], tmp_path)
        await kept.start()
        await until(lambda: "up" in (tmp_path / "stubborn.log").read_text())
        pid, began = kept.pids()["stubborn"], time.monotonic()
        await kept.close()
        assert not psutil.pid_exists(pid)
        return time.monotonic() - began

    assert asyncio.run(scenario()) < 5.0


@pytest.mark.parametrize("spare", [False, True])
def test_what_a_dead_child_left_behind(tmp_path: Path, spare: bool) -> None:
    """A dead server's processes must go (they hold its port); a dead runner's flow runs go on, until the end of all."""

    async def scenario() -> None:
        note = tmp_path / "pid"
        kept = Supervisor([child("parent", PARENT, str(note), spare=spare)], tmp_path)
        await kept.start()
        await until(lambda: note.exists() and note.read_text() != "")
        grandchild, parent = int(note.read_text()), kept.pids()["parent"]
        os.kill(parent, signal.SIGKILL)
        await until(lambda: kept.kept[0].restarts == 1)
        assert _lives(grandchild) is spare
        await kept.close()
        await until(lambda: not _lives(grandchild))

    asyncio.run(scenario())


def _lives(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_a_child_that_cannot_start_is_named_with_its_log(tmp_path: Path) -> None:
    async def never(_pid: int) -> bool:
        return False

    async def scenario() -> None:
        kept = Supervisor([child("broken", "print('why'); raise SystemExit(1)", ready=never)], tmp_path)
        with pytest.raises(Failed, match=r"broken.*broken\.log"):
            await kept.start()
        await kept.close()

    asyncio.run(scenario())
    assert "why" in (tmp_path / "broken.log").read_text()


def test_a_large_log_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "LOG_BYTES", 10)
    (tmp_path / "one.log").write_text("more than ten bytes")
    os.close(supervisor.open_log(tmp_path, "one"))
    assert (tmp_path / "one.log.1").exists()
    assert (tmp_path / "one.log").read_text() == ""
