"""The literals that gate a pattern never hide a match, and hostile texts take no longer than their length allows."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.compliance.worst_case_regex import patterns, units
from compliance.advertising.checker import Advertising
from compliance.advertising.pattern_engines import LinearPattern, Pattern, compiled
from compliance.rulepack.literals import literals
from compliance.rulepack.loader import load
from compliance.rulepack.patterns import refuse_risky
from compliance.rulepack.regex_syntax import Risky, re2_form
from compliance.types import Package
from yiyuan.codes import ContentClass
from yiyuan.text.folding import Folder

PACK = load()
PATTERNS = sorted(set(patterns(PACK)))


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        ("根治", {"根治"}),
        ("根(?:治|除)", {"根治", "根除"}),
        (r"\d{1,3}%", {"%"}),
        ("a?b", {"b"}),
        ("(?:a|b)?", None),
        ("[甲乙]丙", {"甲丙", "乙丙"}),
        (r"保证.{0,8}(?:治愈|见效)", {"保证"}),
    ],
)
def test_literals(pattern: str, needed: set[str] | None) -> None:
    assert literals(pattern) == (None if needed is None else frozenset(needed))


@pytest.mark.parametrize("pattern", [p for _rule, p in PATTERNS], ids=range(len(PATTERNS)))
def test_what_a_pattern_matches_holds_one_of_its_literals(pattern: str) -> None:
    needed = literals(pattern)
    if needed is None:
        return
    compiled = re.compile(pattern)
    texts = [c.text for r in PACK.rules for c in (*r.examples.hit, *r.examples.clean)]
    for match in (m for text in texts for m in compiled.finditer(text.lower())):
        assert any(literal in match[0] for literal in needed)


@given(
    st.lists(
        st.sampled_from(["根治", "治愈", "保证", "糖尿病", "加微信", "5", "%", "天", "见效", "的", "，", "不能"]),
        max_size=25,
    )
)
def test_gating_finds_what_running_all_patterns_finds(words: list[str]) -> None:
    text = "".join(words)
    for _rule, pattern in PATTERNS[::7]:
        needed = literals(pattern)
        if re.search(pattern, text):
            assert needed is None or any(literal in text for literal in needed)


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+b",
        ".*根治",
        "根治.+好",
        "a{2,}",
        "(?:a{0,9}|b*)c",
        r"(a)\1",
        "(?:a|aa){0,30}b(?!c)",
        r"\b(?:.{0,9}x){0,9}",
        r"x(?:.{0,40}y.{0,40}z.{0,40})w$",
    ],
)
def test_patterns_that_could_take_too_long_are_refused(pattern: str) -> None:
    with pytest.raises(Risky):
        refuse_risky(pattern)


@pytest.mark.parametrize("pattern", ["(?:a|aa){0,30}b", "(?:.{0,9}x){0,9}y", "x(?:.{0,40}y.{0,40}z.{0,40})w"])
def test_what_would_keep_re_busy_is_linear_in_re2(pattern: str) -> None:
    refuse_risky(pattern)
    regex = compiled(pattern)
    assert isinstance(regex, LinearPattern)
    small, large = (_spent(regex, "axyzaa" * (size // 6)) for size in (5_000, 20_000))
    assert large < max(9 * small, 0.4)


def _spent(regex: Pattern, text: str) -> float:
    start = time.process_time()
    list(regex.finditer(text))
    return time.process_time() - start


def test_all_patterns_of_the_pack_are_safe() -> None:
    for _rule, pattern in PATTERNS:
        refuse_risky(pattern)


@pytest.mark.parametrize("start", range(10))
def test_both_engines_find_the_same(start: int) -> None:
    """On the examples of the pack and on digits and blanks of other scripts, as folding leaves them."""
    folder = Folder(PACK.letters.traditional)
    texts = [c.text for r in PACK.rules for c in (*r.examples.hit, *r.examples.clean)]
    texts += ["٣天治好，१００％有效　　第３次\t断根", "ⅷ型①号²½", "\U0001f600三天🙂断根ａｂｃＭＡ"]
    whole = folder.fold("\n".join(texts)).text
    compared = 0
    for _rule, pattern in PATTERNS[start::10]:
        if written := re2_form(pattern):
            compared += 1
            plain = [m.span() for m in re.compile(pattern).finditer(whole)]
            assert [m.span() for m in LinearPattern(written).finditer(whole)] == plain, pattern
    assert compared > 50


@given(st.text(st.sampled_from("abc甲1 \n"), max_size=12), st.integers(0, 4), st.integers(0, 12))
def test_places_are_those_of_re(text: str, first: int, last: int) -> None:
    last = min(last, len(text))
    first = min(first, last)
    for pattern in (
        "a|ab|甲",
        r"[^a]\d?",
        "(?:a|b){1,2}?",
        r"\s",
        "[]a-]{1,3}",
        "{a}|b{,2}",
        r"[\u4e00-\u9fff]|\x61",
        "(?:)",
    ):
        regex, linear = re.compile(pattern), LinearPattern(str(re2_form(pattern)))
        assert [m.span() for m in linear.finditer(text, first, last)] == [
            m.span() for m in regex.finditer(text, first, last)
        ]
        first_match, second_match = linear.search(text, first, last), regex.search(text, first, last)
        assert (first_match and first_match.span()) == (second_match and second_match.span())


@pytest.mark.parametrize("unit", ["根治", "不能根治", "加", "1%", "zhi", "根*", "糖尿病治愈率", "谣言"])
def test_time_grows_with_the_text_and_not_faster(checker: Advertising, unit: str) -> None:
    small, large = (_seconds(checker, unit * (size // len(unit))) for size in (10_000, 40_000))
    # Four times the text: a quadratic step would take sixteen times as long.
    assert large < max(9 * small, 0.4)


def test_hostile_units_keep_patterns_busy() -> None:
    assert all(units(pattern) for _rule, pattern in PATTERNS[:20])


def _seconds(checker: Advertising, text: str) -> float:
    start = time.process_time()
    checker.check(Package(texts={"text": text}, content_class=ContentClass.PROMO))
    return time.process_time() - start
