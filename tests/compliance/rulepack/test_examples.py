"""Every example of the rule pack, one test each."""

import pytest

from compliance.advertising.active_pack import Case, cases, holds
from compliance.advertising.checker import Advertising
from compliance.rulepack.loader import load
from compliance.rulepack.schema import Pack

CASES = list(cases(load()))
SERIOUS = ("block", "must_fix", "alert")
#: The rules a hospital's publicity department was promised.
PROMISED = (
    [f"MA{n:02}" for n in range(1, 20)] + ["DS01"] + [f"PV{n:02}" for n in range(1, 6)] + ["AI01", "AI02"]
    + [f"MI{n:02}" for n in range(1, 6)] + [f"CM{n:02}" for n in range(1, 8)]
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[f"{c.rule.id}-{c.kind}-{c.index}" for c in CASES])
def test_example_holds(case: Case, checker: Advertising) -> None:
    assert holds(case, checker), case.example.text


@pytest.mark.parametrize(
    "case",
    [c for c in CASES if c.kind == "clean" and c.rule.judged_by != "form"],
    ids=lambda c: f"{c.rule.id}-{c.index}",
)
def test_what_is_clean_for_one_rule_is_no_serious_breach_of_another(case: Case, checker: Advertising) -> None:
    assert [f.rule for f in checker.check(case.package) if f.severity in SERIOUS] == []


def test_all_promised_rules_are_there_with_examples_both_ways(pack: Pack) -> None:
    assert sorted(PROMISED) == sorted(rule.id for rule in pack.rules)
    assert [r.id for r in pack.rules if not r.examples.hit or not r.examples.clean] == []
