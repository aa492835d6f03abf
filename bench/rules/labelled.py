"""Recall and false alarms on labelled texts, per content class and per rule."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from review.checks.advertising import Advertising
from review.checks.package import Package
from review.rulepack import Pack

SERIOUS = {"block", "must_fix", "alert"}
AIM_RECALL, AIM_FALSE = 0.90, 0.03


@dataclass(frozen=True)
class Row:
    """A labelled text and the rules that were found in it at serious severity."""

    text: str
    breaks: bool
    rules: frozenset[str]
    content_class: str
    found: frozenset[str]


def words(pack: Pack) -> int:
    """How many words and patterns the pack holds."""
    own = sum(len(t.terms) + len(t.patterns) for r in pack.rules for t in r.triggers)
    return own + sum(map(len, pack.lists.values()))


def read(file: Path, checker: Advertising, content_class: str = "") -> list[Row]:
    """Judge every text of a file, in its own class or in the one given."""
    return [_judge(json.loads(line), checker, content_class) for line in file.read_text("utf-8").splitlines() if line]


def _judge(given: dict[str, object], checker: Advertising, forced: str) -> Row:
    own_class = str(given.get("ctx") or "kepu")
    package = Package(texts={"text": str(given["text"])}, content_class=forced or own_class)
    found = frozenset(f.rule for f in checker.check(package) if f.severity in SERIOUS)
    ids = given.get("rule_ids")
    rules = frozenset(map(str, ids)) if isinstance(ids, list) else frozenset()
    return Row(str(given["text"]), given["label"] == "violate", rules, own_class, found)


def report(file: Path, checker: Advertising, *, show: bool) -> bool:
    """Print the tables of one file; True when an aim is missed."""
    rows = read(file, checker)
    print(f"## {file.name}: {len(rows)} texts\n")
    _classes(rows)
    _rules(rows)
    for forced in ("kepu", "promo"):
        recall, false = _shares(read(file, checker, forced))
        print(f"All texts judged as if they were {forced}: recall {recall:.3f}, false alarms {false:.3f}")
    print()
    if show:
        _wrong(rows)
    recall, false = _shares(rows)
    return recall < AIM_RECALL or false > AIM_FALSE


def _shares(rows: Sequence[Row]) -> tuple[float, float]:
    bad, good = [r for r in rows if r.breaks], [r for r in rows if not r.breaks]
    return _share(bad), _share(good)


def _share(rows: Sequence[Row]) -> float:
    return sum(bool(r.found) for r in rows) / len(rows) if rows else float("nan")


def _classes(rows: Sequence[Row]) -> None:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.content_class].append(row)
    print("| class | breaking | recall | lawful | false alarms |\n|---|---|---|---|---|")
    for name, group in [*sorted(groups.items()), ("all", list(rows))]:
        bad, good = [r for r in group if r.breaks], [r for r in group if not r.breaks]
        print(f"| {name} | {len(bad)} | {_share(bad):.3f} | {len(good)} | {_share(good):.3f} |")
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
