"""The children that `yiyuan up` supervises, each also a command of its own."""

import asyncio
import os
import sys

import typer

from commands.runtime import environment
from commands.runtime.process import die_with_parent, say_ready, stop_signal
from yiyuan import logging_setup
from yiyuan.i18n import _
from yiyuan.settings import Settings, settings


def _begin() -> Settings:
    die_with_parent()
    logging_setup.configure()
    environment.adopt(settings())
    return settings()


def serve_prefect() -> None:
    """Become the Prefect server."""
    die_with_parent()
    command = [sys.executable, "-m", "prefect", "server", "start"]
    os.execve(sys.executable, command, environment.for_server(settings()))  # noqa: S606 - our own interpreter


def serve_steps() -> None:
    """Serve the long steps, or every step of the work pool with dispatch=pool."""
    own = _begin()
    from flows.runtime import serving

    serve = serving.serve_pool if own.dispatch == "pool" else serving.serve
    asyncio.run(serve(lambda: say_ready(own.home, "runner")))


def serve_console() -> None:
    """Serve the console's pages."""
    own = _begin()
    import uvicorn

    from console.app import create_app

    uvicorn.run(create_app(), host=own.host, port=own.port, log_level="warning", access_log=False, server_header=False)


def serve_sandbox() -> None:
    """Serve the sandbox platforms."""
    own = _begin()
    import uvicorn

    from channels.sandbox.app import create_app

    app = create_app(own.home / "sandbox")
    uvicorn.run(app, host="127.0.0.1", port=own.sandbox_port, log_level="warning", access_log=False)


def worker() -> None:
    """Run the worker: outbox, ticks, due posts, notices, reconciler."""
    own = _begin()
    from flows.runtime.worker import work
    from notifications.apprise_sender import AppriseSender
    from playbooks import schema
    from review.policies import policies

    schema.check_settings()
    policies.check()

    async def until_stopped() -> None:
        await work(own, stop_signal(), lambda: say_ready(own.home, "worker"), [AppriseSender()])

    asyncio.run(until_stopped())


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("worker", help=_("运行工作进程（发件箱、监看、发布、通知、对账）。"))(worker)
    app.command("serve-prefect", help=_("运行 Prefect 服务。"))(serve_prefect)
    app.command("serve-steps", help=_("运行长步骤；池模式下运行全部步骤。"))(serve_steps)
    app.command("serve-console", help=_("运行控制台。"))(serve_console)
    app.command("serve-sandbox", help=_("运行沙箱平台（演示与测试）。"))(serve_sandbox)
