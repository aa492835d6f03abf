"""Recall and false alarms on labelled texts, per content class and per rule: rules alone, second voice alone, both."""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from compliance.advertising.checker import Advertising
from compliance.rulepack.schema import Pack
from compliance.types import Package
from yiyuan.codes import ContentClass

SERIOUS = {"block", "must_fix", "alert"}
AIM_RECALL, AIM_FALSE = 0.90, 0.03


@dataclass(frozen=True)
class Row:
    """A labelled text and the rules that were found in it at serious severity; `spoken`: of those, by rules alone.

    heard: whether the second voice would object if there were no rules.
    """

    text: str
    breaks: bool
    rules: frozenset[str]
    content_class: ContentClass
    found: frozenset[str]
    spoken: frozenset[str]
    heard: bool


def words(pack: Pack) -> int:
    """How many words and patterns the pack holds."""
    own = sum(len(t.terms) + len(t.patterns) for r in pack.rules for t in r.triggers)
    return own + sum(map(len, pack.lists.values()))


def read(file: Path, checker: Advertising, content_class: ContentClass | None = None) -> list[Row]:
    """Judge every text of a file, in its own class or in the one given."""
    return [_judge(json.loads(line), checker, content_class) for line in file.read_text("utf-8").splitlines() if line]


def _judge(given: dict[str, object], checker: Advertising, forced: ContentClass | None) -> Row:
    own_class = ContentClass.of(str(given.get("ctx") or "kepu"))
    package = Package(texts={"text": str(given["text"])}, content_class=forced or own_class)
    found = [f for f in checker.check(package) if f.severity in SERIOUS]
    ids = given.get("rule_ids")
    rules = frozenset(map(str, ids)) if isinstance(ids, list) else frozenset()
    return Row(
        text=str(given["text"]),
        breaks=given["label"] == "violate",
        rules=rules,
        content_class=own_class,
        found=frozenset(f.rule for f in found),
        spoken=frozenset(f.rule for f in found if not f.learnt),
        heard=bool(checker.heard(package)),
    )


def report(file: Path, checker: Advertising, *, show: bool) -> bool:
    """Print the tables of one file; True when an aim is missed."""
    rows = read(file, checker)
    print(f"## {file.name}: {len(rows)} texts\n")
    _classes(rows)
    _rules(rows)
    for forced in (ContentClass.KEPU, ContentClass.PROMO):
        recall, false = _shares(read(file, checker, forced))
        print(f"All texts judged as if they were {forced}: recall {recall:.3f}, false alarms {false:.3f}")
    print()
    if show:
        _wrong(rows)
    recall, false = _shares(rows)
    return recall < AIM_RECALL or false > AIM_FALSE


def _shares(rows: Sequence[Row]) -> tuple[float, float]:
    bad, good = [r for r in rows if r.breaks], [r for r in rows if not r.breaks]
    return _share(bad, _both), _share(good, _both)


def _spoken(row: Row) -> bool:
    return bool(row.spoken)


def _heard(row: Row) -> bool:
    return row.heard


def _both(row: Row) -> bool:
    return bool(row.found)


def _share(rows: Sequence[Row], judge: Callable[[Row], bool]) -> float:
    return sum(map(judge, rows)) / len(rows) if rows else float("nan")


def _classes(rows: Sequence[Row]) -> None:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.content_class].append(row)
    print("Shares found by rules alone, the second voice alone, both:\n")
    print(f"| class | breaking | rules | voice | both | lawful | rules | voice | both |\n{'|---' * 9}|")
    for name, group in [*sorted(groups.items()), ("all", list(rows))]:
        parts = [[r for r in group if r.breaks], [r for r in group if not r.breaks]]
        cells = [f"{len(p)} | " + " | ".join(f"{_share(p, j):.3f}" for j in (_spoken, _heard, _both)) for p in parts]
        print(f"| {name} | {cells[0]} | {cells[1]} |")
    print()


def _rules(rows: Sequence[Row]) -> None:
    print("| rule | labelled | rule itself found | any rule found | false alarms |\n|---|---|---|---|---|")
    for rule in sorted({r for row in rows for r in row.rules | row.found}):
        with_rule = [r for r in rows if rule in r.rules]
        exact, some = sum(rule in r.found for r in with_rule), sum(bool(r.found) for r in with_rule)
        false = sum(rule in r.found for r in rows if not r.breaks)
        print(f"| {rule} | {len(with_rule)} | {exact} | {some} | {false} |")
    print()


def _wrong(rows: Sequence[Row]) -> None:
    for row in rows:
        if bool(row.found) != row.breaks:
            word = "missed" if row.breaks else "false"
            print(f"- {word} {row.content_class} {sorted(row.rules | row.found)}: {row.text}")
    print()
