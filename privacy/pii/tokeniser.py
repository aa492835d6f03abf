"""Words and their classes, by jieba."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from yiyuan.settings import settings

HAN = "一-龥㐀-䶿"
_CHINESE = re.compile(f"[{HAN}]")


class Word(NamedTuple):
    """A word, its class (nr is a person) and its offset."""

    text: str
    flag: str
    start: int

    @property
    def is_name(self) -> bool:
        """Whether jieba takes it for a person."""
        return self.flag.startswith("nr")


def tagged(text: str) -> list[Word]:
    """The words of a text, in order, without gaps."""
    words, offset = [], 0
    for pair in _tagger().cut(text):
        words.append(Word(pair.word, pair.flag, offset))
        offset += len(pair.word)
    return words


def is_chinese(text: str) -> bool:
    """Whether any of it is: in other texts no word is a Chinese name."""
    return _CHINESE.search(text) is not None


def load() -> None:
    """Read jieba's table now, half a second, rather than with the first word."""
    _tagger().tokenizer.initialize()


def prepare() -> None:
    """Write jieba's table to the data folder where it is missing: a decoding child may not write, and would take a

    second to make it anew each time.
    """
    if not (_cache() / "jieba.cache").exists():
        _tagger().initialize()


def _cache() -> Path:
    return settings().home.resolve() / "cache"


@lru_cache(maxsize=1)
def _tagger() -> Any:
    """A tagger with its cache in the data folder: jieba's default is a file in /tmp that anybody may plant."""
    import jieba
    import jieba.posseg

    jieba.setLogLevel("ERROR")
    tokenizer = jieba.Tokenizer()
    _cache().mkdir(parents=True, exist_ok=True)
    tokenizer.tmp_dir = str(_cache())
    return jieba.posseg.POSTokenizer(tokenizer)
