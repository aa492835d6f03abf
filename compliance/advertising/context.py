"""What stands around a hit decides: when it is no hit, and what the texts of a page tell of the page.

A hit is cleared when it is negated, refuted as a rumour, only asked about, or its source is named (`Context`), and when
its rule exempts the words or the sentence (`Exemptions`). A refutation does not hold for what comes after a turn
(其实, 我院 ...): 『谣言说没用,其实它确实能根治』 sells.
"""

import re
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import islice

from compliance.advertising.matcher import Hit
from compliance.advertising.pattern_engines import Pattern
from compliance.advertising.sentences import Segments
from compliance.rulepack.schema import ContextFile
from compliance.types import Package
from yiyuan.codes import ContentClass, FactName
from yiyuan.text.folding import Folder

#: How far a plain negator reaches to the right, characters.
NEGATION_REACH = 14
_AFTER_REACH = 12
#: How far a source may stand from a figure in one paragraph, characters.
PARAGRAPH = 300
#: A label such as 谣言: or 误区一: at the head of the sentence before.
_LABEL = 14
_EXEMPT_REACH = 24
#: Sentences up to this length are searched for exemptions once per rule, longer ones around each hit.
_SHORT = 160
Patterns = Mapping[str, Sequence[Pattern]]
#: Places of one fact in one text that are looked at; a text that warns of more is hostile.
MOST_LOOKED_AT = 30
#: A warning is a sign of plain information, so warnings do not take this fact away.
INFORMS = FactName.PLAIN
#: A page that plainly recruits is no plain information, whatever else it says.
RECRUITS, PLAIN = FactName.RECRUIT, frozenset({INFORMS})


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


class FactFinder:
    """The fact patterns of a pack, compiled."""

    def __init__(self, data: ContextFile, folder: Folder) -> None:
        self._patterns: dict[str, list[re.Pattern[str]]] = {
            fact: [re.compile(folder.pattern(p)) for p in given] for fact, given in data.facts.items()
        }
        free = [folder.pattern(p) for p in data.free_facts]
        self._free = re.compile("|".join(f"(?:{p})" for p in free)) if free else None

    def of(self, package: Package, contexts: Iterable[Context]) -> frozenset[str]:
        """Facts that the form declares or that one of the folded texts shows."""
        declared = {fact for fact, value in package.facts.items() if value}
        shown = {fact for context in contexts for fact in self._patterns if self._shows(fact, context)}
        return frozenset(declared | shown) - (PLAIN if RECRUITS in shown else frozenset())

    def _shows(self, fact: str, context: Context) -> bool:
        """Whether the text gives the fact itself: not in a warning, not one of the free numbers."""
        if fact == INFORMS:
            return any(pattern.search(context.text) for pattern in self._patterns[fact])
        free = [m.span() for m in self._free.finditer(context.text)] if self._free else []
        return any(
            not context.clears(("negation", "refutation"), *m.span(), ContentClass.KEPU)
            and not any(a < m.end() and b > m.start() for a, b in free)
            for pattern in self._patterns[fact]
            for m in islice(pattern.finditer(context.text), MOST_LOOKED_AT)
        )
