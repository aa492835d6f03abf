"""A whole installation for the tests: the real supervisor and its children on free ports, in a thread of its own."""

import asyncio
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from commands import bootstrap
from commands.demo import people
from commands.demo.context import Stage
from commands.runtime.processes import children
from commands.runtime.supervisor import Supervisor
from yiyuan.settings import settings


def free_ports(number: int) -> list[int]:
    """Ports that were free a moment ago, all different."""
    held = [socket.create_server(("127.0.0.1", 0)) for _n in range(number)]
    ports = [held_socket.getsockname()[1] for held_socket in held]
    for held_socket in held:
        held_socket.close()
    return ports


class Installation:
    """Starts and stops in a thread; `kill` is kill -9 of one child and waits for its successor."""

    def __init__(self, supervisor: Supervisor, stage: Stage) -> None:
        self.supervisor, self.stage = supervisor, stage
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.closed = False

    def _do(self, name: str, seconds: float) -> None:
        asyncio.run_coroutine_threadsafe(getattr(self.supervisor, name)(), self.loop).result(seconds)

    def start(self) -> None:
        self.thread.start()
        self._do("start", 180)

    def close(self) -> float:
        """Stop everything; returns the seconds it took. Twice is harmless."""
        if self.closed:
            return 0.0
        began, self.closed = time.monotonic(), True
        self._do("close", 60)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        return time.monotonic() - began

    def kill(self, name: str) -> None:
        """kill -9; returns when the child has been started anew."""
        before = self.supervisor.pids()[name]
        os.kill(before, signal.SIGKILL)
        wait(lambda: self.supervisor.pids().get(name, before) != before, 30, f"{name} restarted")

    def restarts(self) -> dict[str, int]:
        return {kept.child.name: kept.restarts for kept in self.supervisor.kept}

    def flow_processes(self) -> list[psutil.Process]:
        """The processes in which the runner runs long steps."""
        runner = psutil.Process(self.supervisor.pids()["runner"])
        return [p for p in runner.children(recursive=True) if "prefect" in " ".join(p.cmdline())]


def wait(condition: Callable[[], object], seconds: float, what: str) -> None:
    """Look until it holds."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, f"waited {seconds} s in vain: {what}"
        time.sleep(0.05)


@contextmanager
def installation(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    """An empty data folder with everything running in it, sandbox included."""
    console, prefect, sandbox = free_ports(3)
    given = {
        "HOME": folder, "PORT": console, "PREFECT_PORT": prefect, "SANDBOX_PORT": sandbox, "TICK_SECONDS": 0.2,
        "WATCH_SECONDS": 2, "DELIVERY_LEASE_SECONDS": 4, "INTAKE_LEASE_SECONDS": 8,
        "SANDBOX_URL": f"http://127.0.0.1:{sandbox}",
        "NOTICE_URLS": json.dumps([f"json://127.0.0.1:{sandbox}/notify"]),
    }  # fmt: skip
    for name, value in given.items():
        monkeypatch.setenv(f"YIYUAN_{name}", str(value))
    # The tests' own settings of Prefect are not the children's.
    for name in [name for name in os.environ if name.startswith("PREFECT_")]:
        monkeypatch.delenv(name)
    settings.cache_clear()
    own = settings()
    logins = people.passwords() | {bootstrap.ADMINISTRATOR: bootstrap.prepare(own)}
    running = Installation(
        Supervisor(children(own, sandbox=True), folder / "logs"), Stage(own, logins, lambda _step, _line: None)
    )
    try:
        running.start()
        yield running
    finally:
        running.close()
        settings.cache_clear()
