"""Text in one normal form, with the way back: where each of its characters stands in the original.

NFKC character by character: full width, circled digits and the like become plain, invisible characters are dropped.
What is looked for in a text (words, patterns) goes through the same `Folder`, so that a text and the word looked for in
it can never be normalised in two ways.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

#: Categories of what no reader sees: format and control signs, combining marks, surrogates, private and unassigned
#: characters.
INVISIBLE = frozenset({"Cf", "Cc", "Mn", "Me", "Cs", "Co", "Cn"})
#: Characters with a meaning in regular expressions; folding must not create one out of, say, a full-width bracket.
_SPECIAL = frozenset(r".^$*+?{}[]\|()-")
#: Pieces of a regular expression: an ASCII escape or the head of a group, which keep their letters; else a character.
_PATTERN_PIECE = re.compile(r"(?P<sign>\\[\x00-\x7f]|\(\?P<\w+>|\(\?[:=!<]+)|\\?.", re.DOTALL)
#: Characters a folder remembers; a text of all of Unicode must not fill the memory.
_KNOWN = 70_000


@dataclass(frozen=True)
class Folded:
    """A normal form of `original`. Character i of `text` stands for original[starts[i]:ends[i]]."""

    original: str
    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the non-empty text[start:end] stands in the original; `end` is exclusive in both."""
        return self.starts[start], self.ends[end - 1]


class Folder(dict[str, str]):
    """One normal form; as a mapping, character -> none, one or several characters, filled as they come.

    replaced: pairs "ab" of a character and what stands for it, after NFKC (traditional and simplified, dashes).
    dropped: Unicode categories to leave out. lower: letters small. blanks: every blank but a line feed is a space.
    """

    def __init__(
        self,
        replaced: Iterable[str] = (),
        *,
        dropped: Collection[str] = INVISIBLE,
        lower: bool = True,
        blanks: bool = True,
    ) -> None:
        super().__init__()
        self._replaced = {pair[0]: pair[1] for pair in replaced}
        self._dropped, self._lower, self._blanks = frozenset(dropped), lower, blanks

    def __missing__(self, char: str) -> str:
        folded = self._fold(char)
        if len(self) < _KNOWN:
            self[char] = folded
        return folded

    def _fold(self, char: str) -> str:
        if self._blanks and char.isspace():
            return char if char == "\n" else " "
        if unicodedata.category(char) in self._dropped:
            return ""
        plain = unicodedata.normalize("NFKC", char)
        if self._lower:
            plain = plain.lower()
        return "".join(self._replaced.get(c, c) for c in plain if unicodedata.category(c) not in self._dropped)

    def word(self, word: str) -> str:
        """A word in normal form."""
        return "".join(map(self.__getitem__, word))

    def pattern(self, pattern: str) -> str:
        """A regular expression in normal form: its own signs are ASCII and stay, letters of words become small.

        A character behind a backslash is meant as itself, in whichever width it is written.
        """
        pieces = _PATTERN_PIECE.finditer(pattern)
        return "".join(piece[0] if piece["sign"] else self._literal(piece[0]) for piece in pieces)

    def _literal(self, piece: str) -> str:
        char = piece[-1]
        if char.isascii():
            return piece if len(piece) > 1 or not char.isalpha() else self[char]
        return _escaped(self[char])

    def fold(self, text: str) -> Folded:
        """`text` in normal form."""
        pieces = list(map(self.__getitem__, text))
        folded = "".join(pieces)
        if len(folded) == len(text) and "" not in pieces:  # one for one, as nearly every text is
            return Folded(text, folded, range(len(text)), range(1, len(text) + 1))
        starts = [index for index, piece in enumerate(pieces) for _char in piece]
        return Folded(text, folded, starts, [start + 1 for start in starts])


class Unfolded(Folder):
    """Leaves texts as they are: for what is in a normal form already."""

    def _fold(self, char: str) -> str:
        return char


def _escaped(folded: str) -> str:
    return "".join("\\" + c if c in _SPECIAL else c for c in folded)
