"""Disguises are seen through, and findings stand on the original text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.advertising.checker import Advertising
from compliance.advertising.obfuscation import Loosener
from compliance.advertising.sentences import Segments
from compliance.rulepack.loader import load
from compliance.types import Package
from yiyuan.codes import ContentClass
from yiyuan.text.folding import Folder

PACK = load()
FOLDER = Folder(PACK.letters.traditional)
LOOSENER = Loosener(PACK.letters, FOLDER)
#: Texts that look like what people write around filters, and any text at all.
TEXTS = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="根治療愈不能加微薇❤信vxzhigen ＋➕*·\u200b①９％🙂。，\n", max_size=80),
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("让它断根", "断根"),
        ("让它断\u200b根", "断\u200b根"),
        ("让它断*根", "断*根"),
        ("让它断 根", "断 根"),
        ("让它断🙂根", "断🙂根"),
        ("让它斷根", "斷根"),
        ("让它duan根", "duan根"),
        ("让它断gen", "断gen"),
        ("让它duangen", "duangen"),
        ("让它断木艮", "断木艮"),
        ("这里无副作甪", "无副作甪"),
        ("１００％治愈", "１００％治愈"),
        ("①⓪⓪％治愈", "①⓪⓪％治愈"),
        ("十米之外的树根", None),
    ],
)
def test_found_on_the_original(checker: Advertising, text: str, shown: str | None) -> None:
    hits = [f for f in checker.check(Package(texts={"text": text})) if f.rule == "MA01"]
    assert [text[f.start : f.end] for f in hits] == ([shown] if shown else [])


@pytest.mark.parametrize(
    "text", ["加薇信领资料", "加V信领资料", "➕vx：doctor88", "佳音：加❤微信", "加 微 信", "jia微xin"]
)
def test_contact_hooks(checker: Advertising, text: str) -> None:
    assert "MA11" in {f.rule for f in checker.check(Package(texts={"text": text}))}


@pytest.mark.parametrize(
    "text",
    [
        "X光检查前请取下金属物品",
        "Wei Zhang 等学者参加了会议",
        "请关注官方微信公众号",
        "治疗 方案 由医生 制定",
        "这句话没有藏任何东西",
        "提高医生威信",
        "参加微创手术培训",
    ],
)
def test_ordinary_texts_are_no_disguise(checker: Advertising, text: str) -> None:
    assert checker.check(Package(texts={"text": text})) == []


@given(TEXTS)
def test_every_folded_character_stands_on_one_of_the_original(text: str) -> None:
    view = FOLDER.fold(text)
    assert len(view.text) == len(view.starts) == len(view.ends)
    assert list(view.starts) == sorted(view.starts)
    for index, char in enumerate(view.text):
        start, end = view.span(index, index + 1)
        assert end == start + 1
        assert char in FOLDER[text[start]]


@given(TEXTS)
def test_folding_twice_changes_nothing(text: str) -> None:
    once = FOLDER.word(text)
    assert FOLDER.word(once) == once


@given(TEXTS)
def test_loose_views_stay_inside_the_original_and_in_order(text: str) -> None:
    for _name, view in LOOSENER.views(FOLDER.fold(text)):
        assert len(view.text) == len(view.starts) == len(view.ends)
        assert all(0 <= a < b <= len(text) for a, b in zip(view.starts, view.ends, strict=True))
        assert list(view.starts) == sorted(view.starts)


@given(TEXTS)
def test_every_index_has_a_sentence_and_a_clause_inside_it(text: str) -> None:
    segments = Segments(text)
    for index in range(len(text)):
        first, last = segments.sentence(index)
        left, right = segments.clause(index)
        assert first <= left <= index < right <= last


@given(TEXTS)
def test_any_text_is_checked_and_findings_lie_in_it(text: str) -> None:
    for found in _CHECKER.check(Package(texts={"text": text}, content_class=ContentClass.PROMO)):
        assert found.start is None or len(text[found.start : found.end][:80]) == len(found.excerpt)


def test_every_character_of_a_loose_word_that_has_a_sound_is_in_one_sound_only() -> None:
    chars = [c for chars in PACK.letters.sounds.values() for c in chars]
    assert len(chars) == len(set(chars))


def test_traditional_pairs_are_pairs() -> None:
    assert [pair for pair in PACK.letters.traditional if len(pair) != 2] == []


_CHECKER = Advertising(PACK)
