"""Words and their classes, by jieba."""

from functools import lru_cache
from typing import Any, NamedTuple

from yiyuan.settings import settings


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


@lru_cache(maxsize=1)
def _tagger() -> Any:
    """A tagger with its cache in the data folder: jieba's default is a file in /tmp that anybody may plant."""
    import jieba
    import jieba.posseg

    jieba.setLogLevel("ERROR")
    tokenizer = jieba.Tokenizer()
    cache = settings().home.resolve() / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    tokenizer.tmp_dir = str(cache)
    return jieba.posseg.POSTokenizer(tokenizer)
