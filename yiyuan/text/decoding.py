"""The text of a file somebody gives: UTF-8 with or without a byte order mark, GB18030, or UTF-16 with its mark."""

import codecs
import io
from typing import BinaryIO

from yiyuan.errors import BadInput
from yiyuan.i18n import _

BLOCK = 1 << 20
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decode(content: bytes, *, field: str, nul: bool = False) -> str:
    """The text, without a byte order mark. BadInput (`field`) when it is in no encoding we take; nul: as below."""
    return content.decode(encoding_of(io.BytesIO(content), field=field, nul=nul))


def encoding_of(stream: BinaryIO, *, field: str, nul: bool = False) -> str:
    """The first encoding in which the whole of a seekable stream decodes; reads it in blocks, ends at its start.

    BadInput (`field`) when there is none. nul: whether a text may hold NULs. Mostly it is UTF-16 without its mark or no
    text at all then, and what is looked for in it would not be found between them.
    """
    stream.seek(0)
    guesses = ("utf-16",) if stream.read(2) in _UTF16 else ("utf-8-sig", "gb18030")
    for guess in guesses:
        if _decodes(stream, guess, nul=nul):
            return guess
    raise BadInput(_("文本的编码无法识别：请另存为 UTF-8 或 GB18030 编码后重试"), field=field)


def _decodes(stream: BinaryIO, encoding: str, *, nul: bool) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    stream.seek(0)
    try:
        while block := stream.read(BLOCK):
            if "\x00" in decoder.decode(block) and not nul:
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        stream.seek(0)
    return True
