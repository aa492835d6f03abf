"""When a hit is no hit: it is negated, refuted as a rumour, only asked about, or its source is named.

A refutation does not hold for what comes after a turn (其实, 我院 ...): 『谣言说没用,其实它确实能根治』 sells.
"""

import re
from collections import deque
from collections.abc import Sequence
from functools import cached_property

from compliance.advertising.sentences import Segments
from compliance.rulepack.schema import ContextFile
from yiyuan.codes import ContentClass
from yiyuan.text.folding import Folder

#: How far a plain negator reaches to the right, characters.
NEGATION_REACH = 14
_AFTER_REACH = 12
#: How far a source may stand from a figure in one paragraph, characters.
PARAGRAPH = 300
#: A label such as 谣言: or 误区一: at the head of the sentence before.
_LABEL = 14


class Language:
    """The context words of a pack, compiled."""

    def __init__(self, data: ContextFile, folder: Folder) -> None:
        def words(given: Sequence[str]) -> re.Pattern[str]:
            ordered = sorted({folder.word(w) for w in given}, key=len, reverse=True)
            return re.compile("|".join(map(re.escape, ordered)))

        def patterns(given: Sequence[str]) -> re.Pattern[str]:
            return re.compile("|".join(f"(?:{folder.pattern(p)})" for p in given))

        self.negators, self.far_negators = words(data.negators), words(data.far_negators)
        self.double_negatives = words(data.double_negatives)
        self.turned_modal, self.negated_after = patterns(data.turned_modal), patterns(data.negated_after)
        self.refuting, self.refuting_after = words(data.refuting), words(data.refuting_after)
        self.attributing, self.turning, self.selling = words(data.attributing), words(data.turning), words(data.selling)
        self.affirming, self.denying = patterns(data.affirming), patterns(data.denying)
        self.rhetorical, self.source_marks = patterns(data.rhetorical), patterns(data.source_marks)


class Context:
    """The surroundings of hits in one folded text."""

    def __init__(self, segments: Segments, language: Language) -> None:
        self.segments, self.language, self.text = segments, language, segments.text
        self._neighbours: dict[tuple[int, int], bool] = {}

    @cached_property
    def sells(self) -> bool:
        """Whether the text sells something: refutations and attributions then count for less."""
        return bool(self.language.selling.search(self.text))

    def clears(
        self, guards: Sequence[str], start: int, end: int, content_class: ContentClass, *, apart: bool = False
    ) -> bool:
        """Whether a guard says that the words at [start, end) are no breach; `apart`: a negator may be inside."""
        return (
            ("negation" in guards and (self.negated(start, end) or (apart and self._negated_inside(start, end))))
            or ("refutation" in guards and self.refuted(start, end))
            or ("question" in guards and self.asked(start, hooks=content_class == ContentClass.PROMO))
            or ("source" in guards and self.sourced(start))
        )

    def negated(self, start: int, end: int) -> bool:
        """A negator stands before the words in their clause (far ones: in their sentence), or right after them."""
        left, right = self.segments.clause(start)
        first, _last = self.segments.nearby(start, end)
        # A negator may share its last character with the hit: 不能|能代替.
        near = self._up_to(self.language.negators, max(left, start - NEGATION_REACH), start, end)
        far = self.text[first:start]
        if self._negates(self.language.negators, near) or self._negates(self.language.far_negators, far):
            return True
        return bool(self.language.negated_after.match(self.text[end : min(end + _AFTER_REACH, max(right, end))]))

    def _up_to(self, words: re.Pattern[str], first: int, start: int, end: int) -> str:
        """The text from `first` to the hit, longer when a word that begins before the hit ends in it."""
        last = max(
            (m.end() for m in words.finditer(self.text, first, min(end, start + 2)) if m.start() < start), default=0
        )
        return self.text[first : max(start, last)]

    def _negated_inside(self, start: int, end: int) -> bool:
        return self._negates(self.language.negators, self.text[start:end])

    def _negates(self, negators: re.Pattern[str], before: str) -> bool:
        last = next(iter(deque(negators.finditer(before), maxlen=1)), None)
        if last is None or self.language.turned_modal.search(before, last.end()):
            return False
        head = before[max(0, last.start() - 4) : last.end()]
        return not self.language.double_negatives.search(head)

    def refuted(self, start: int, end: int) -> bool:
        """A marker of refutation governs the words and no turn stands between."""
        first, last = self.segments.nearby(start, end)
        markers = self.language.refuting
        if self._open(markers, self.text[first:start]):
            return True
        if self.language.refuting_after.search(self.text, end, last) and not self._turned(first, start):
            return True
        if not self.sells and self._open(self.language.attributing, self.text[first:start]):
            return True
        if (first, last) not in self._neighbours:
            self._neighbours[first, last] = self._refuted_by_neighbour(first, last)
        return self._neighbours[first, last] and not self._turned(first, start)

    def _refuted_by_neighbour(self, first: int, last: int) -> bool:
        a, b = self.segments.before(first)
        c, d = self.segments.after(last)
        head = self.text[a : min(b, a + _LABEL)]
        label = bool(self.language.refuting.search(head)) and (b - a <= _LABEL or ":" in head)
        answer = self.language.refuting_after.search(self.text, c, min(d, c + _LABEL))
        return label or (bool(answer) and not self._turned(first, last))

    def _turned(self, first: int, start: int) -> bool:
        return bool(self.language.turning.search(self.text, first, start))

    def _open(self, markers: re.Pattern[str], before: str) -> bool:
        found = markers.search(before)
        if found is None:
            return False
        turn = self.language.turning.search(before, found.end())
        # 网传我院...: whom a rumour is about is no turn away from it.
        return turn is None or (turn.start() == found.end() and not self.language.turning.search(before, turn.end()))

    def asked(self, start: int, *, hooks: bool) -> bool:
        """The sentence is a question, and the next one does not answer yes; `hooks`: it has to answer no."""
        first, last = self.segments.sentence(start)
        if not self.text[max(first, last - 4) : last].rstrip().endswith(("?", "吗", "么", "呢")):
            return False
        if self.language.rhetorical.search(self.text, start, last):
            return False
        answer = self.text[slice(*self.segments.after(last))].lstrip(" \"'”’」』")
        if hooks:
            return bool(self.language.denying.match(answer))
        return not self.language.affirming.match(answer)

    def sourced(self, start: int) -> bool:
        """The paragraph names a source."""
        low, high = max(0, start - PARAGRAPH), min(len(self.text), start + PARAGRAPH)
        first = self.text.rfind("\n", low, start) + 1 or low
        last = self.text.find("\n", start, high)
        return bool(self.language.source_marks.search(self.text, first, last if last >= 0 else high))
