"""The stage: where the people act, what they wait for, and how long each step took."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import httpx
from sqlalchemy.orm import Session

from commands.demo.browser import Person
from yiyuan.db.session import transaction
from yiyuan.errors import Failed
from yiyuan.i18n import _
from yiyuan.settings import Settings

Found = TypeVar("Found")

LOOK_SECONDS = 0.5


@dataclass
class Step:
    """One step of the way: its name on screen, its seconds, whether it reached its end state."""

    name: str
    seconds: float = 0.0
    ok: bool = False
    note: str = ""


@dataclass
class Stage:
    """tell: what shows progress; called with the running step and a line. video: the visitor's own clip, or None."""

    own: Settings
    logins: dict[str, str]
    tell: Callable[[Step, str], None]
    video: Path | None = None
    steps: list[Step] = field(default_factory=list)
    people: dict[str, Person] = field(default_factory=dict)
    stopped: Callable[[], bool] = lambda: False
    began: float = field(default_factory=time.monotonic)

    def person(self, login: str) -> Person:
        """Somebody who has logged in at the console."""
        if login not in self.people:
            self.people[login] = Person(self.own.console_url, login, self.logins[login]).enter()
        return self.people[login]

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Time one step; it is ok when the body ends."""
        step, began = Step(name), time.monotonic()
        self.steps.append(step)
        self.tell(step, "")
        try:
            yield step
            step.ok = True
        finally:
            step.seconds = time.monotonic() - began
            self.tell(step, step.note)

    def read(self, look: Callable[[Session], Found]) -> Found:
        """What the database says now; the demo reads there, and acts only at the console."""
        with transaction(read_only=True) as s:
            return look(s)

    def until(self, look: Callable[[Session], Found | None], seconds: float, what: str) -> Found:
        """Wait until `look` finds something; Failed, saying what was waited for, when it does not."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends and not self.stopped():
            if (found := self.read(look)) is not None:
                return found
            time.sleep(LOOK_SECONDS)
        raise Failed(_("等了 {seconds:.0f} 秒仍没有等到：{what}").format(seconds=seconds, what=what))

    def sandbox(self, method: str, path: str, body: object = None) -> httpx.Response:
        """Ask the sandbox's admin interface: what happens on the platforms and on the operator's phone."""
        url = f"{self.own.sandbox_url}{path}"
        answer = httpx.request(method, url, json=body, timeout=30.0, trust_env=False)
        if not answer.is_success:
            raise Failed(_("沙箱拒绝了 {path}：{text}").format(path=path, text=answer.text[:200]))
        return answer
