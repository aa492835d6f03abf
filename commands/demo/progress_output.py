"""Progress on the terminal: a live line per step with its seconds, or plain lines where nobody looks."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from commands.demo.context import Step

#: Seconds between two plain lines about the same step.
QUIET_SECONDS = 10.0


class Plain:
    """One line when a step begins or ends, and now and then in between."""

    def __init__(self, console: Console) -> None:
        self.console, self.step, self.shown_at = console, Step(""), 0.0

    def __call__(self, step: Step, line: str) -> None:
        ended, now = step.seconds > 0, time.monotonic()
        if step is not self.step:
            self.console.print(f"… {step.name}", soft_wrap=True)
        elif ended:
            self.console.print(f"{'✓' if step.ok else '✗'} {step.name}  {step.seconds:.1f} s  {line}", soft_wrap=True)
        elif now - self.shown_at > QUIET_SECONDS and line:
            self.console.print(f"  {line}", soft_wrap=True)
        else:
            return
        self.step, self.shown_at = step, now


class Lively:
    """A spinner with the running step, its seconds and what it is at; finished steps stay above it."""

    def __init__(self, live: Live) -> None:
        self.live, self.step, self.began = live, Step(""), time.monotonic()
        self.spinner = Spinner("dots")

    def __call__(self, step: Step, line: str) -> None:
        if step is not self.step:
            self.step, self.began = step, time.monotonic()
        if step.seconds > 0:
            mark = Text("✓ ", "green") if step.ok else Text("✗ ", "red")
            self.live.console.print(mark + Text(f"{step.name}  {step.seconds:.1f} s  ") + Text(line, "dim"))
            self.live.update("")
            return
        self.spinner.update(text=f"{step.name}  {line}")
        self.live.update(self.spinner)


@contextmanager
def progress(console: Console) -> Iterator[Plain | Lively]:
    """What shows progress on this console."""
    if not console.is_terminal:
        yield Plain(console)
        return
    with Live(console=console, refresh_per_second=8, transient=True) as live:
        yield Lively(live)
