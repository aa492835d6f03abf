"""One spelling for one meaning."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.scoring.normalise import clean, normalise


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("医生👍🏻👍", "医生[赞][赞]"),
        ("❤️", "[心]"),
        ("ＡＢＣ１２３", "abc123"),
        ("@王大夫 看看", "@用户 看看"),
        ("见 https://example.test/a?b=1 吧", "见 <url> 吧"),
        ("电话13800138000", "电话<phone>"),
        ("+86 138-0013-8000", "<phone>"),
        ("投\u200b诉", "投诉"),
        ("哈哈哈哈哈哈哈哈", "哈哈哈"),
        ("a@b.cn", "a@b.cn"),
        ("", ""),
    ],
)
def test_spellings(raw: str, plain: str) -> None:
    assert normalise(raw) == plain


def test_a_lone_surrogate_and_a_nul_are_storable() -> None:
    assert clean("坏\ud800字\x00").encode("utf-8")
    assert "\x00" not in clean("\x00a")


@given(st.text())
def test_any_text_is_normalised_and_stays_so_in_kind(text: str) -> None:
    plain = normalise(text)
    assert plain == plain.strip()
    assert plain == normalise(text)
    assert len(normalise(plain)) <= len(plain) + 8 * plain.count("@")
