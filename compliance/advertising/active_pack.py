"""The pack in use: built in, plus the hospital's own rules and formulary in the data folder; proved by its examples."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from compliance import completeness
from compliance.advertising.checker import Advertising
from compliance.rulepack.errors import PackError
from compliance.rulepack.loader import BUILT_IN, example_place, load
from compliance.rulepack.schema import Example, Pack, Rule
from compliance.types import Package
from yiyuan import clock
from yiyuan.i18n import _
from yiyuan.settings import settings


def own_folder() -> Path:
    """Where the hospital's own rule files and its formulary live."""
    return settings().home / "rules"


@lru_cache(maxsize=2)
def _ready(folders: tuple[Path, ...], _files: tuple[tuple[str, int, int], ...], day: date) -> Advertising:
    pack = load(*folders)
    prove(pack, (BUILT_IN, *folders))
    return Advertising(pack, day)


def _files(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What tells that another process has changed a file of the hospital's own."""
    paths = sorted(folder.glob("*.yaml"))
    # A link that leads nowhere is a file too: reading it says what is wrong.
    found = [(path.name, path.stat() if path.exists() else path.lstat()) for path in paths]
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in found)


def advertising() -> Advertising:
    """The advertising checker with the pack in use. Raises PackError when a file of it is wrong."""
    own = own_folder()
    files = _files(own)
    return _ready((own,) if files else (), files, clock.today())


def check() -> None:
    """Raise PackError when a file of the pack in use is wrong: for the start and the doctor."""
    advertising()


def pack() -> Pack:
    """The pack in use."""
    return advertising().pack


def reload() -> None:
    """Forget the pack, after a file of it changed."""
    _ready.cache_clear()


@dataclass(frozen=True)
class Case:
    """One example of a rule."""

    rule: Rule
    kind: Literal["hit", "clean"]
    index: int
    example: Example

    @property
    def package(self) -> Package:
        """The example as a package; without a class it is taken as the first class of the rule."""
        form: dict[str, Any] = dict(self.example.form)
        return Package(
            texts={"text": self.example.text},
            content_class=self.example.content_class or self.rule.classes[0],
            facts=dict.fromkeys(self.example.facts, True),
            **form,
        )


def cases(pack: Pack) -> Iterator[Case]:
    """All examples of a pack."""
    for rule in pack.rules:
        yield from (Case(rule, "hit", i, e) for i, e in enumerate(rule.examples.hit))
        yield from (Case(rule, "clean", i, e) for i, e in enumerate(rule.examples.clean))


def holds(case: Case, checker: Advertising) -> bool:
    """Whether the checkers say of the example what it promises."""
    if case.rule.judged_by == "form":
        found = completeness.judge(case.package, checker.pack)
    else:
        found = checker.check(case.package)
    return any(f.rule == case.rule.id for f in found) == (case.kind == "hit")


def prove(pack: Pack, folders: Sequence[Path]) -> None:
    """Raise PackError at the first example that does not hold."""
    checker = Advertising(pack.without_voice())
    for case in cases(pack):
        if not holds(case, checker):
            path, line = example_place(folders, case.rule.id, case.kind, case.index)
            wanted = _("应当命中") if case.kind == "hit" else _("不应命中")
            text = case.example.text[:60]
            what = _("规则 {id} 的例子{wanted}：{text}").format(id=case.rule.id, wanted=wanted, text=text)
            raise PackError(path, line, what)
