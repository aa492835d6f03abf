"""`yiyuan up`: everything on this machine, until Ctrl-C."""

import asyncio
import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from commands import bootstrap
from commands.runtime import ports
from commands.runtime.process import stop_signal
from commands.runtime.processes import children
from commands.runtime.supervisor import Supervisor
from compliance.advertising import active_pack
from playbooks import schema as playbooks
from review.policies import policies
from yiyuan import logging_setup
from yiyuan.errors import Failed
from yiyuan.i18n import _
from yiyuan.settings import Settings, settings


@contextmanager
def only_one(own: Settings) -> Iterator[None]:
    """Hold the data folder; Failed when another `yiyuan up` has it."""
    folder = own.home / "run"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failed(
                _("数据目录 {path} 已有一个一源在运行").format(path=own.home.resolve()), field="home"
            ) from None
        yield


def check_before(own: Settings, *, sandbox: bool = False) -> None:
    """Failed or BadInput, with the remedy, for what would only show as a child that keeps dying."""
    if message := ports.exposure(own):
        raise Failed(message, field="allow_exposure")
    playbooks.check_settings()
    policies.check()
    active_pack.check()
    ports.require_free(own, sandbox=sandbox)


async def _run(own: Settings, began: float) -> None:
    stop = stop_signal()
    supervisor = Supervisor(children(own, sandbox=bool(own.sandbox_url)), own.home / "logs")
    starting = asyncio.create_task(supervisor.start())
    ending = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({starting, ending}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            await starting
            typer.echo(_("一源已就绪（{n:.1f} 秒），按 Ctrl-C 停止").format(n=time.monotonic() - began))
            typer.echo(_("控制台 {address}").format(address=own.console_url))
            typer.echo(_("Prefect {address}").format(address=own.prefect_url.removesuffix("/api")))
            typer.echo(_("日志 {path}").format(path=own.home.resolve() / "logs"))
            await ending
    finally:
        supervisor.stop.set()
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        await supervisor.close()


def up() -> None:
    """Start the console, the worker, the runner and Prefect, and keep them running."""
    began, own = time.monotonic(), settings()
    logging_setup.configure()
    own.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with only_one(own):
        check_before(own, sandbox=bool(own.sandbox_url))
        if chosen := bootstrap.prepare(own):
            shown = _("（见 YIYUAN_ADMIN_PASSWORD）") if own.admin_password else chosen
            message = _("首个管理员：登录名 {login}，密码 {password}（只显示这一次）")
            typer.echo(message.format(login=bootstrap.ADMINISTRATOR, password=shown))
        asyncio.run(_run(own, began))


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("up", help=_("启动一源并保持运行，Ctrl-C 停止。"))(up)
