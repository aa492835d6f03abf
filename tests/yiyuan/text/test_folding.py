"""Folding: one normal form, and for every character of it the one it came from."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiyuan.text.folding import INVISIBLE, Folder, Unfolded

PLAIN = Folder(["療疗", "癒愈"])
EXACT = Folder(["－-"], dropped=("Cf", "Mn"), lower=False, blanks=False)
FOLDERS = pytest.mark.parametrize("folder", [PLAIN, EXACT, Unfolded()], ids=["plain", "exact", "unfolded"])
#: What people write around filters, and any text at all.
TEXTS = st.one_of(st.text(max_size=80), st.text(alphabet="治療癒ＡＢa①㈱ﬁ\u200b\u0301´ \u3000\t\n－.（", max_size=80))


@pytest.mark.parametrize(
    ("text", "plain", "exact"),
    [
        ("１００％", "100%", "100%"),
        ("ＡB", "ab", "AB"),
        ("治療", "治疗", "治療"),
        ("1\u200b3", "13", "13"),
        ("a\tb\u3000c\nd", "a b c\nd", "a\tb c\nd"),
        ("①㈱ﬁ", "1(株)fi", "1(株)fi"),
        ("1´2", "1 2", "1 2"),
        ("3－4", "3-4", "3-4"),
        ("a\x00b", "ab", "a\x00b"),
    ],
)
def test_a_folder_does_what_its_parameters_say(text: str, plain: str, exact: str) -> None:
    assert (PLAIN.fold(text).text, EXACT.fold(text).text) == (plain, exact)
    assert Unfolded().fold(text).text == text


@FOLDERS
@given(text=TEXTS)
def test_every_character_stands_on_the_one_it_came_from(folder: Folder, text: str) -> None:
    folded = folder.fold(text)
    assert folded.original == text
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert list(folded.starts) == sorted(folded.starts)
    for index, char in enumerate(folded.text):
        start, end = folded.span(index, index + 1)
        assert end == start + 1
        assert char in folder.fold(text[start]).text


@FOLDERS
@given(text=TEXTS)
def test_a_text_is_folded_as_its_parts_are_and_what_vanishes_stands_nowhere(folder: Folder, text: str) -> None:
    folded = folder.fold(text)
    assert folded.text == folder.word(text) == "".join(folder.fold(char).text for char in text)
    assert set(folded.starts) == {i for i, char in enumerate(text) if folder.fold(char).text}


@FOLDERS
@given(text=TEXTS)
def test_folding_twice_changes_nothing(folder: Folder, text: str) -> None:
    once = folder.word(text)
    assert folder.word(once) == once


@given(text=TEXTS)
def test_nothing_invisible_is_left(text: str) -> None:
    assert not {unicodedata.category(char) for char in PLAIN.word(text)} & (INVISIBLE - {"Cc"})
    assert not {unicodedata.category(char) for char in EXACT.word(text)} & {"Cf", "Mn"}


@given(text=TEXTS)
def test_a_folded_pattern_finds_the_folded_word_and_no_sign_gets_a_meaning(text: str) -> None:
    wide = "".join(char for char in text if not char.isascii())
    assert re.fullmatch(PLAIN.pattern(wide), PLAIN.word(wide))


def test_a_folder_remembers_only_so_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yiyuan.text.folding._KNOWN", 2)
    folder = Folder()
    assert folder.fold("ＡＢＣＤ").text == folder.fold("ＡＢＣＤ").text == "abcd"
    assert len(folder) == 2


@pytest.mark.parametrize(
    ("pattern", "found", "left"),
    [
        (r"旧名\（分院\）", "来到旧名（分院）", "旧名分院"),
        (r"旧名\？", "旧名？", "旧名"),
        ("CT检查", "做ct检查", "做检查"),
        ("[A-C]型", "b型", "d型"),
        (r"\D{2}\S号", "甲乙丙号", "甲1丙号"),
        (r"(?P<Name>HPV)感染", "hpv感染", "感染"),
        (r"\u4E00\x61", "一a", "一b"),
    ],
)
def test_a_pattern_means_in_the_folded_text_what_was_written(pattern: str, found: str, left: str) -> None:
    folded = re.compile(PLAIN.pattern(pattern))
    assert folded.search(PLAIN.word(found))
    assert not folded.search(PLAIN.word(left))
