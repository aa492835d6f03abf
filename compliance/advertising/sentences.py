"""Sentences and clauses of a folded text."""

import re
from bisect import bisect_right
from collections.abc import Sequence

#: A full stop or line end; a dot only where it is not inside a number or a word, and not between two characters.
_SENTENCE_END = re.compile(r"[。!?;\n❌✅]|\.{2,6}|\.(?=\s|$)")
#: Also commas (not inside a number), colons and blanks.
_CLAUSE_END = re.compile(r"[。!?;\n❌✅:\s—]|\.{2,6}|(?<!\d),|,(?!\d)|\.(?=\s|$)")

#: A sentence without an end in sight is looked at this far to both sides of a hit, characters.
REACH = 120


class Segments:
    """The sentences and clauses of one text; every index belongs to exactly one of each."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._sentences = _starts(_SENTENCE_END, text)
        self._clauses = _starts(_CLAUSE_END, text)
        self._latest = (0, 0)
        self._nearby: dict[tuple[int, int], tuple[int, int]] = {}

    def sentence(self, index: int) -> tuple[int, int]:
        """Bounds of the sentence that holds `index`, its end sign included."""
        # Most are asked for one after the other.
        if not self._latest[0] <= index < self._latest[1]:
            self._latest = _around(self._sentences, index, len(self.text))
        return self._latest

    def clause(self, index: int) -> tuple[int, int]:
        """Bounds of the clause that holds `index`."""
        return _around(self._clauses, index, len(self.text))

    def nearby(self, start: int, end: int) -> tuple[int, int]:
        """Bounds of the sentence of [start, end), cut to what a reader still connects with it."""
        known = self._nearby.get((start, end))
        if known is None:
            first, last = self.sentence(start)
            known = self._nearby[start, end] = max(first, start - REACH), min(last, end + REACH)
        return known

    def before(self, start: int) -> tuple[int, int]:
        """Bounds of the sentence before the one that starts at `start`; empty at the beginning."""
        return self.sentence(start - 1) if start > 0 else (0, 0)

    def after(self, end: int) -> tuple[int, int]:
        """Bounds of the sentence that follows the one that ends at `end`; empty at the end."""
        return self.sentence(end) if end < len(self.text) else (end, end)


def _starts(pattern: re.Pattern[str], text: str) -> list[int]:
    return [0, *(m.end() for m in pattern.finditer(text) if m.end() < len(text))]


def _around(starts: Sequence[int], index: int, length: int) -> tuple[int, int]:
    at = bisect_right(starts, index) - 1
    return starts[at], starts[at + 1] if at + 1 < len(starts) else length
