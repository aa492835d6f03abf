"""The supervisor: starts the children in order, restarts what dies, stops them in the opposite order.

Each child leads a session of its own, so that Ctrl-C reaches only the supervisor. What facts this rests on: an
event loop that holds server, runner and pages together needs more than a minute to stop once one of them was killed.
"""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from yiyuan.errors import Failed
from yiyuan.i18n import _

log = structlog.get_logger()

#: Seconds: between two looks at a child that starts; between restarts, first and longest; after which a child counts
#: as steady again; and after which a stopping child is killed.
LOOK, BACK_OFF, LONGEST, STEADY, KILL_AFTER = 0.2, 0.5, 30.0, 60.0, 20.0
LOG_BYTES = 10 * 1024**2


@dataclass(frozen=True)
class Child:
    """One process to keep running.

    ready: whether it works, given its process id. last: stopped after all that are not (the others talk to it).
    spare: leave its own children alone when it dies: a flow run whose runner was killed ends well by itself.
    """

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    ready: Callable[[int], Awaitable[bool]]
    ready_seconds: float = 120.0
    last: bool = False
    spare: bool = False


def kill_group(pid: int) -> None:
    """SIGKILL a child with everything it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def open_log(folder: Path, name: str) -> int:
    """A descriptor at the end of the child's log; a log that has grown large is put aside first."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.log"
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


@dataclass
class Kept:
    """A child under supervision; `groups` are the sessions it has led, for the last sweep."""

    child: Child
    logs: Path
    stop: asyncio.Event
    process: asyncio.subprocess.Process | None = None
    restarts: int = 0
    groups: list[int] = field(default_factory=list)

    async def spawn(self) -> asyncio.subprocess.Process:
        """Start the process once."""
        output = open_log(self.logs, self.child.name)
        try:
            self.process = await asyncio.create_subprocess_exec(
                *self.child.command,
                env=dict(self.child.env) | {"YIYUAN_SUPERVISED": "1"},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        finally:
            os.close(output)
        self.groups.append(self.process.pid)
        log.info("child.started", child=self.child.name, pid=self.process.pid)
        return self.process

    async def until_ready(self) -> None:
        """Wait for the first sign of life; Failed names the log when there is none."""
        process = await self.spawn()
        for _look in range(int(self.child.ready_seconds / LOOK)):
            if self.stop.is_set() or await self.child.ready(process.pid):
                return
            if process.returncode is not None:
                break
            await asyncio.sleep(LOOK)
        path = self.logs / f"{self.child.name}.log"
        raise Failed(_("子进程 {name} 没有启动成功，原因见 {path}").format(name=self.child.name, path=path))

    async def keep(self) -> None:
        """Restart the process whenever it ends, slower and slower while it keeps dying young."""
        loop, delay = asyncio.get_running_loop(), BACK_OFF
        process = self.process or await self.spawn()
        while True:
            began = loop.time()
            code = await process.wait()
            if self.stop.is_set():
                return
            if not self.child.spare:
                kill_group(process.pid)
            delay = BACK_OFF if loop.time() - began > STEADY else delay
            log.warning("child.died", child=self.child.name, code=code, again_in=delay)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stop.wait(), delay)
                return
            delay = min(delay * 2, LONGEST)
            process = await self.spawn()
            self.restarts += 1

    async def end(self) -> None:
        """SIGTERM, and SIGKILL for the whole group when it does not obey."""
        if self.process is not None and self.process.returncode is None:
            self.process.terminate()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.process.wait(), KILL_AFTER)
        for group in self.groups:
            kill_group(group)


class Supervisor:
    """Keeps a set of children; the ones marked `last` are started first and stopped last."""

    def __init__(self, children: Sequence[Child], logs: Path) -> None:
        self.stop = asyncio.Event()
        self.kept = [Kept(child, logs, self.stop) for child in children]
        self._keepers: list[asyncio.Task[None]] = []

    def _layers(self) -> list[list[Kept]]:
        return [[k for k in self.kept if k.child.last], [k for k in self.kept if not k.child.last]]

    async def start(self) -> None:
        """Start all and wait until each is ready; Failed when one is not."""
        for layer in self._layers():
            await asyncio.gather(*(kept.until_ready() for kept in layer))
            self._keepers += [asyncio.create_task(kept.keep()) for kept in layer]

    async def wait(self) -> None:
        """Until somebody sets `stop`."""
        await self.stop.wait()

    async def close(self) -> None:
        """Stop all, in the opposite order of their start."""
        self.stop.set()
        for layer in reversed(self._layers()):
            await asyncio.gather(*(kept.end() for kept in layer))
        await asyncio.gather(*self._keepers)

    def pids(self) -> dict[str, int]:
        """Process id of each child that runs."""
        return {
            kept.child.name: kept.process.pid for kept in self.kept if kept.process and kept.process.returncode is None
        }
