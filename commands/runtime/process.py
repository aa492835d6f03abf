"""What every child of the supervisor does first and last: die with its parent, say that it is ready."""

import asyncio
import ctypes
import os
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Ask Linux for a SIGTERM when the supervisor dies, so that no orphan keeps a port. Elsewhere nothing happens."""
    if sys.platform == "linux" and os.environ.get("YIYUAN_SUPERVISED"):
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def ready_file(home: Path, name: str) -> Path:
    """Where a child without a port notes its process id once it works."""
    return home / "run" / f"{name}.ready"


def say_ready(home: Path, name: str) -> None:
    """Note that this process works; repeated by those that beat."""
    path = ready_file(home, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(str(os.getpid()))


def stop_signal() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set; call inside the running loop."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
