"""Which children an installation has, and how each shows that it works."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx

from commands.runtime import environment
from commands.runtime.process import ready_file
from commands.runtime.supervisor import Child
from yiyuan.settings import Settings

Ready = Callable[[int], Awaitable[bool]]


def answers(url: str) -> Ready:
    """Ready when a GET of that address succeeds. Proxies of the environment are not asked for loopback."""

    async def look(_pid: int) -> bool:
        try:
            async with httpx.AsyncClient(timeout=2.0, trust_env=False) as client:
                return (await client.get(url)).is_success
        except httpx.TransportError:
            return False

    return look


def _holds(path: Path, text: str) -> bool:
    return path.exists() and path.read_text() == text


def wrote(path: Path) -> Ready:
    """Ready when the child has noted its process id in that file."""

    async def look(pid: int) -> bool:
        return await asyncio.to_thread(_holds, path, str(pid))

    return look


def _ours(name: str) -> list[str]:
    return [sys.executable, "-m", "commands.cli", name]


def children(own: Settings, *, sandbox: bool) -> list[Child]:
    """The children of this installation; the sandbox platforms only on demand."""
    env = environment.for_others(own)
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(own.host, own.host)  # noqa: S104 - asked of, not bound
    entries = [
        Child("runner", _ours("serve-steps"), env, wrote(ready_file(own.home, "runner")), spare=True),
        Child("worker", _ours("worker"), env, wrote(ready_file(own.home, "worker"))),
        Child("console", _ours("serve-console"), env, answers(f"http://{host}:{own.port}/healthz")),
    ]
    if not own.prefect_api_url:
        address = f"http://127.0.0.1:{own.prefect_port}/api/health"
        entries.append(
            Child("prefect", _ours("serve-prefect"), environment.for_server(own), answers(address), last=True)
        )
    if sandbox:
        address = f"http://127.0.0.1:{own.sandbox_port}/"
        entries.append(Child("sandbox", _ours("serve-sandbox"), env, answers(address), last=True))
    return entries
