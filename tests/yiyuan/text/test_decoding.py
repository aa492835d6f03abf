"""Decoding: what people's editors write is read, anything else is refused with the field at fault."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiyuan.errors import BadInput
from yiyuan.text import decoding
from yiyuan.text.decoding import decode, encoding_of

TEXT = "患者张三，女，58岁\r\n住院号：123456"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_what_editors_write_is_read_without_its_mark(encoding: str) -> None:
    assert decode(TEXT.encode(encoding), field="file") == TEXT


@pytest.mark.parametrize(
    "content",
    [b"\xff\xff\xff", b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe\x81", TEXT.encode("utf-16-le"), b"a\x00b", b"\xff\xfea"],
    ids=["no text", "picture", "utf-16 without its mark", "with a NUL", "half a character"],
)
def test_anything_else_is_refused_at_its_field(content: bytes) -> None:
    with pytest.raises(BadInput, match="UTF-8 或 GB18030") as refused:
        decode(content, field="subtitles")
    assert refused.value.field == "subtitles"


def test_a_text_with_a_nul_is_read_where_that_is_asked_for() -> None:
    assert decode(b"a\x00b", field="file", nul=True) == "a\x00b"


@given(st.text().filter(lambda text: "\x00" not in text and not text.startswith("\ufeff")))
def test_every_text_in_utf_8_comes_back(text: str) -> None:
    assert decode(text.encode("utf-8", "ignore"), field="file") == text.encode("utf-8", "ignore").decode()


def test_a_large_file_is_read_in_blocks_that_may_split_a_character(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "BLOCK", 1)
    stream = io.BytesIO(TEXT.encode("gb18030"))
    assert encoding_of(stream, field="file") == "gb18030"
    assert stream.tell() == 0
