"""Near-copies: the same text pasted by many. Counted like any mention, shown apart.

Two texts are near-copies when their character bigrams overlap by half (Jaccard >= 0.5), which survives a changed word
or an added picture; a 64-bit fingerprint does not, on texts this short. Candidates are found exactly by prefix
filtering (Chaudhuri, Ganti and Kaushik 2006): with bigrams in one fixed order, two sets that overlap enough share one
of their first `size - ceil(size / 2) + 1` bigrams.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from sentiment.scoring.normalise import normalise

LEAST_OVERLAP = 0.5
#: Shorter than this, equal words prove nothing: 加油 is written by thousands who never met.
LEAST_CHARACTERS = 8
_SIGNS = re.compile(r"\[[^\[\]]{1,6}\]|<url>|<phone>|@用户|[\W_]+")


def bigrams(text: str) -> frozenset[str]:
    """Character pairs of a raw text after normalising and dropping pictures and signs; empty when it is too short."""
    bare = _SIGNS.sub("", normalise(text))
    if len(bare) < LEAST_CHARACTERS:
        return frozenset()
    return frozenset(first + second for first, second in pairwise(bare))


def overlap(first: frozenset[str], second: frozenset[str]) -> float:
    """Jaccard overlap of two sets, 0 when both are empty."""
    both = len(first & second)
    return both / (len(first) + len(second) - both) if both else 0.0


def near_copies(earlier: Sequence[tuple[int, str]], later: Sequence[tuple[int, str]]) -> dict[int, int]:
    """For (id, text) pairs: id of a later text that copies an earlier or preceding one -> id of that one.

    `earlier` holds originals only. A copy points at an original, never at another copy.
    """
    sets = {number: bigrams(text) for number, text in (*earlier, *later)}
    index = _Index(Counter(gram for grams in sets.values() for gram in grams))
    for number, _text in earlier:
        index.add(number, sets[number])
    found: dict[int, int] = {}
    for number, _text in later:
        original = index.original(sets[number])
        if original is None:
            index.add(number, sets[number])
        else:
            found[number] = original
    return found


class _Index:
    """Originals by the rarest of their bigrams."""

    def __init__(self, frequency: Counter[str]) -> None:
        self.frequency = frequency
        self.buckets: dict[str, list[tuple[int, frozenset[str]]]] = defaultdict(list)
        self.exact: dict[frozenset[str], int] = {}

    def _prefix(self, grams: frozenset[str]) -> list[str]:
        ordered = sorted(grams, key=lambda gram: (self.frequency[gram], gram))
        return ordered[: len(grams) - -(-len(grams) // 2) + 1]

    def add(self, number: int, grams: frozenset[str]) -> None:
        if not grams:
            return
        self.exact.setdefault(grams, number)
        for gram in self._prefix(grams):
            self.buckets[gram].append((number, grams))

    def original(self, grams: frozenset[str]) -> int | None:
        """An original that overlaps enough, looked for among those that share the rarest bigrams first."""
        if not grams or grams in self.exact:
            return self.exact.get(grams)
        size, seen = len(grams), set[int]()
        for gram in self._prefix(grams):
            for number, other in self.buckets.get(gram, ()):
                # Half an overlap is impossible between sets of which one is over twice the other.
                if number in seen or not size <= 2 * len(other) <= 4 * size:
                    continue
                seen.add(number)
                if overlap(grams, other) >= LEAST_OVERLAP:
                    return number
        return None
