"""Text as a reader sees it, with the way back: full-width forms, invisible characters, numbers in Chinese figures."""

import re
import unicodedata
from dataclasses import dataclass

_CHINESE_FIGURES = str.maketrans("零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "0012345678911" + "23456789")
_FIGURES = re.compile("[零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]{7,}")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－", "-"))


@dataclass(frozen=True)
class Folded:
    """`at[i]` is the offset in the original of character `i`; one more entry stands for the end."""

    text: str
    at: list[int]
    length: int

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original of a non-empty span of the folded text."""
        return self.at[start], self.at[end - 1] + 1


def _fold_character(character: str) -> str:
    if unicodedata.category(character) in ("Cf", "Mn"):  # zero-width joiners, marks: invisible between digits
        return ""
    return unicodedata.normalize("NFKC", character)


def fold(text: str) -> Folded:
    """Fold `text`; each character keeps the offset it came from."""
    pieces, at = [], []
    for offset, character in enumerate(text):
        folded = character if character < "\x7f" else _fold_character(character)
        pieces.append(folded)
        at.extend([offset] * len(folded))
    joined = "".join(pieces).translate(_DASHES)
    plain = _FIGURES.sub(lambda match: match.group().translate(_CHINESE_FIGURES), joined)
    return Folded(plain, at, len(text))
