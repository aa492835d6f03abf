"""Every example of the rule pack, one test each."""

import pytest

from review.checks.advertising import Advertising
from review.checks.prove import Case, cases, holds
from review.rulepack import load

PACK = load()
CASES = list(cases(PACK))


@pytest.fixture(scope="module")
def checker() -> Advertising:
    return Advertising(PACK)


@pytest.mark.parametrize("case", CASES, ids=[f"{c.rule.id}-{c.kind}-{c.index}" for c in CASES])
def test_example_holds(case: Case, checker: Advertising) -> None:
    assert holds(case, checker), case.example.text


def test_every_rule_that_texts_can_break_has_examples_both_ways() -> None:
    for rule in PACK.rules:
        assert rule.examples.hit, rule.id
        assert rule.examples.clean, rule.id
