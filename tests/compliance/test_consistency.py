"""A platform's version must not say other numbers, units or negations than the approved text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance import consistency
from compliance.quantities import chinese_number, quantities
from compliance.types import Package, VariantFact
from yiyuan.text.folding import Folder

SOURCE = "成人布洛芬每次0.2克，24小时不超过4次。孕妇不能服用。餐后半小时服用可以减轻胃部不适。"


def rules(body: str) -> list[tuple[str, str]]:
    return [(f.rule, f.excerpt) for f in consistency.compare(SOURCE, VariantFact("bilibili", "标题", body))]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("每次0.2克，一天别超过4次", [("FD01", "一天")]),
        ("每次0.20 g", []),
        ("每次０.２克，二十四小时内最多四次", []),
        ("每次0.5克", [("FD01", "0.5克")]),
        ("每次0.2毫克", [("FD01", "0.2毫克")]),
        ("孕妇能服用。", []),
        ("餐后半小时服用不可以减轻胃部不适", [("FD02", "餐后半小时服用不可以减轻胃部不适")]),
        ("餐后半小时服用可以减轻胃部不适", []),
        ("<p>每次0.2克</p>", []),
    ],
)
def test_drift(body: str, expected: list[tuple[str, str]]) -> None:
    assert rules(body) == expected


def test_a_dropped_negation_is_found() -> None:
    source = "这种药孕妇和哺乳期妇女不能服用。"
    (found,) = consistency.compare(source, VariantFact("bilibili", "", "这种药孕妇和哺乳期妇女能服用"))
    assert (found.rule, found.severity) == ("FD02", "must_fix")


def test_without_variants_nothing_was_compared() -> None:
    assert isinstance(consistency.check(Package(texts={"script": SOURCE})), str)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("三", 3),
        ("十", 10),
        ("十五", 15),
        ("二十", 20),
        ("一百零五", 105),
        ("两千三百", 2300),
        ("半", 0.5),
        ("二零", 20),
    ],
)
def test_chinese_numbers(written: str, value: float) -> None:
    assert chinese_number(written) == value


@given(st.integers(0, 99_999), st.sampled_from(["mg", "克", "天", "%", "次", "ml"]))
def test_a_quantity_is_read_whatever_its_width_and_commas(number: int, unit: str) -> None:
    folder = Folder(())
    wide = f"{number:,}".translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"}) + unit
    (plain,), (other,) = (list(quantities(folder.word(t))) for t in (f"{number}{unit}", wide))
    assert plain.meaning == other.meaning


@given(st.text(alphabet="零一二三四五六七八九十百千两半〇天克0123456789.%百分之不能没有服用，。", max_size=40))
def test_a_text_never_drifts_from_itself(text: str) -> None:
    assert consistency.compare(text, VariantFact("bilibili", "", text)) == []
