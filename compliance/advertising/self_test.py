"""Run the examples of a pack: a rule whose own examples do not hold is refused at start, with file and line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from compliance import completeness
from compliance.advertising.checker import Advertising
from compliance.rulepack import Pack, PackError, Rule
from compliance.rulepack.loader import example_place
from compliance.rulepack.schema import Example
from compliance.types import Package
from yiyuan.i18n import _


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
