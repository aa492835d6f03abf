"""Where the exemptions of a rule hold in one text."""

import re
from collections.abc import Mapping, Sequence

from compliance.advertising.matcher import Hit
from compliance.advertising.sentences import Segments

_EXEMPT_REACH = 24
#: Sentences up to this length are searched for exemptions once per rule, longer ones around each hit.
_SHORT = 160

Patterns = Mapping[str, Sequence[re.Pattern[str]]]


class Exemptions:
    """What is exempt in one text; `patterns` (of words) and `whole` (of whole sentences) by rule id."""

    def __init__(self, patterns: Patterns, whole: Patterns, segments: Segments) -> None:
        self._patterns, self._whole, self._segments = patterns, whole, segments
        self._known: dict[tuple[str, int, int], tuple[bool, list[tuple[int, int]]]] = {}

    def covers(self, hit: Hit) -> bool:
        """Whether an exempt sentence holds the hit or exempt words touch it."""
        first, last = self._segments.nearby(hit.start, hit.end)
        if last - first <= _SHORT:
            key = hit.rule.id, first, last
            if key not in self._known:
                self._known[key] = self._in_sentence(hit.rule.id, first, last), self._spans(*key)
            sentence, spans = self._known[key]
        else:
            around = max(first, hit.start - _EXEMPT_REACH), min(last, hit.end + _EXEMPT_REACH)
            spans = self._spans(hit.rule.id, *around)
            sentence = self._in_sentence(hit.rule.id, first, last)
        return sentence or any(a < hit.end and b > hit.start for a, b in spans)

    def _spans(self, rule: str, first: int, last: int) -> list[tuple[int, int]]:
        text = self._segments.text
        return [m.span() for pattern in self._patterns[rule] for m in pattern.finditer(text, first, last)]

    def _in_sentence(self, rule: str, first: int, last: int) -> bool:
        return any(p.search(self._segments.text, first, last) for p in self._whole[rule])
