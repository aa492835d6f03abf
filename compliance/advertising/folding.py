"""Write a text in one normal form and remember where each character came from.

Full width, circled digits and the like become plain (NFKC per character), letters small, traditional characters
simplified, invisible characters are dropped. Words and patterns of the pack go through the same function, so that a
text and the word looked for in it can never be normalised in two ways.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: Characters with a meaning in regular expressions; folding must not create one out of, say, a full-width bracket.
_SPECIAL = frozenset(r".^$*+?{}[]\|()-")
_KEPT_CONTROL = "\n"
#: Format and control signs, combining marks, surrogates, private and unassigned characters.
_INVISIBLE = frozenset({"Cf", "Cc", "Mn", "Me", "Cs", "Co", "Cn"})


@dataclass(frozen=True)
class View:
    """A normal form of `original`. Character i of `text` stands for original[starts[i]:ends[i]].

    changed: indexes of characters guessed from a disguise; joined: of those before which something was left out.
    """

    original: str
    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    changed: frozenset[int] = frozenset()
    joined: frozenset[int] = frozenset()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where text[start:end] stands in the original; `end` is exclusive in both."""
        return self.starts[start], self.ends[end - 1]

    def is_disguised(self, start: int, end: int) -> bool:
        """Whether text[start:end] can only be read with a disguise seen through."""
        return any(i in self.changed for i in range(start, end)) or any(i in self.joined for i in range(start + 1, end))


class Folder:
    """The folding of one pack's table of traditional characters."""

    def __init__(self, traditional: Sequence[str]) -> None:
        self._simple: Mapping[str, str] = {pair[0]: pair[1] for pair in traditional}
        self._known: dict[str, str] = {}

    def character(self, char: str) -> str:
        """The normal form of one character: none, one or several characters."""
        known = self._known.get(char)
        if known is None:
            known = self._fold(char)
            if len(self._known) < 70_000:
                self._known[char] = known
        return known

    def _fold(self, char: str) -> str:
        if char in _KEPT_CONTROL:
            return char
        if char.isspace():
            return " "
        if unicodedata.category(char) in _INVISIBLE:
            return ""
        plain = unicodedata.normalize("NFKC", char).lower()
        return "".join(self._simple.get(c, c) for c in plain if unicodedata.category(c) not in _INVISIBLE)

    def word(self, word: str) -> str:
        """A word of the pack in normal form."""
        return "".join(map(self.character, word))

    def pattern(self, pattern: str) -> str:
        """A regular expression of the pack in normal form; its own signs are ASCII and stay."""
        return "".join(c if c.isascii() else self._safe(self.character(c)) for c in pattern)

    def _safe(self, folded: str) -> str:
        return "".join("\\" + c if c in _SPECIAL else c for c in folded)

    def view(self, text: str) -> View:
        """`text` in normal form."""
        chars: list[str] = []
        starts: list[int] = []
        for index, char in enumerate(text):
            for folded in self.character(char):
                chars.append(folded)
                starts.append(index)
        return View(text, "".join(chars), starts, [s + 1 for s in starts])


class Unfolded(Folder):
    """Leaves words as they are: for words that are sounds already."""

    def __init__(self) -> None:
        super().__init__(())

    def character(self, char: str) -> str:
        """The character itself."""
        return char
