"""One run of the demo: every child, the story, the summary, and then it stays up for the visitor."""

import asyncio
import json
import threading
import time
from pathlib import Path
from typing import Any

import structlog
from rich.console import Console

from commands import bootstrap
from commands.demo import people, summary
from commands.demo.context import Stage, Step
from commands.demo.progress_output import progress
from commands.demo.story import StoryOutcome, tell
from commands.runtime.process import stop_signal
from commands.runtime.processes import children
from commands.runtime.supervisor import Supervisor
from yiyuan.errors import YiyuanError
from yiyuan.i18n import _
from yiyuan.settings import Settings

log = structlog.get_logger()


class Demo:
    """One run of the demo, from an empty folder to the summary."""

    def __init__(self, own: Settings, video: Path | None, console: Console) -> None:
        self.own, self.console, self.video = own, console, video
        self.stage, self.outcome, self.problem = Stage(own, {}, lambda _step, _line: None, video), StoryOutcome(), ""
        self.supervisor = Supervisor(children(own, sandbox=True), own.home / "logs")
        self.stopped = threading.Event()

    async def _start(self) -> None:
        step, began = Step(_("启动 Prefect、执行器、工作进程、控制台、沙箱")), time.monotonic()
        self.stage.steps.append(step)
        self.stage.tell(step, "")
        try:
            await self.supervisor.start()
            step.ok = True
        finally:
            step.seconds = time.monotonic() - began
            self.stage.tell(step, "")

    async def _play(self) -> None:
        logins = people.passwords() | {bootstrap.ADMINISTRATOR: bootstrap.prepare(self.own)}
        with progress(self.console) as shown:
            self.stage = Stage(self.own, logins, shown, self.video, stopped=self.stopped.is_set)
            try:
                await self._start()
                await asyncio.to_thread(tell, self.stage, self.outcome)
            except YiyuanError as error:
                self.problem = error.message
            except Exception as error:  # shown, written to the summary, and the exit code says so
                log.exception("demo.failed")
                self.problem = f"{type(error).__name__}: {error}"

    async def run(self, *, leave: bool, target: Path | None) -> bool:
        """Play, show, and stay until Ctrl-C unless `leave`; returns whether every step was ok."""
        outcome = stop_signal()
        try:
            playing, stopping = asyncio.create_task(self._play()), asyncio.create_task(outcome.wait())
            await asyncio.wait({playing, stopping}, return_when=asyncio.FIRST_COMPLETED)
            self.stopped.set()
            await playing
            result = summary.summary(self.stage, self.outcome, self.supervisor.pids(), self.problem)
            self._report(result, target)
            if not leave and not stopping.done():
                self.console.print(_("一直运行到 Ctrl-C"))
                await stopping
            return bool(result["ok"])
        finally:
            await self.supervisor.close()

    def _report(self, result: dict[str, Any], target: Path | None) -> None:
        if target is not None:
            target.write_text(json.dumps(result, ensure_ascii=False, indent=2), "utf-8")
        summary.show(self.console, self.stage, result)
        if self.problem:
            self.console.print(self.problem, style="red", soft_wrap=True)
            logs_at = self.own.home / "logs"
            self.console.print(_("各进程日志在 {path}").format(path=logs_at), soft_wrap=True)
