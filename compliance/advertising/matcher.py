"""Find the words, patterns and neighbourhoods of a rule pack in a text, in one pass of an automaton.

The automaton holds all words of all triggers and lists and the literals that patterns cannot do without; a pattern
runs only on the sentences in which one of its literals was seen.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from compliance.advertising.pattern_engines import Pattern, compiled
from compliance.advertising.sentences import Segments
from compliance.rulepack.literals import literals
from compliance.rulepack.schema import Near, Rule, Trigger
from yiyuan.text.folding import Folder

Span = tuple[int, int]
#: Longest neighbourhood lists are searched in; beyond it a text is hostile and the first ones are enough.
MOST_HITS = 400


@dataclass(frozen=True)
class Hit:
    """Words at text[start:end] that a trigger of a rule looks for, before their context is judged.

    is_apart: they are parts with other words between, so that what denies them may stand inside.
    """

    rule: Rule
    trigger: Trigger
    start: int
    end: int
    is_apart: bool = False


@dataclass(frozen=True)
class _Watch:
    """What an automaton word is for: a trigger's own word, a list word, or a literal of a pattern."""

    trigger: int = -1
    list_name: str = ""
    pattern: int = -1


@dataclass(frozen=True)
class _Pattern:
    trigger: int
    regex: Pattern
    needed: frozenset[str] | None
    is_apart: bool


class Engine:
    """The compiled triggers of some rules. `denying`: words with which a pattern says no by itself."""

    def __init__(
        self, rules: Iterable[Rule], lists: Mapping[str, Sequence[str]], folder: Folder, denying: re.Pattern[str]
    ) -> None:
        self._triggers = [(rule, trigger) for rule in rules for trigger in rule.triggers]
        self._patterns = [
            _Pattern(number, compiled(folded), literals(folded), not denying.search(folded))
            for number, (_rule, trigger) in enumerate(self._triggers)
            for folded in map(folder.pattern, trigger.patterns)
        ]
        watches: dict[str, list[_Watch]] = defaultdict(list)
        self._add_words(watches, lists, folder)
        self._always = self._add_literals(watches)
        self._words = list(watches)
        self._watches = list(watches.values())
        self._automaton = AhoCorasick(
            self._words, matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA
        )
        self._near = [(n, near) for n, (_r, trigger) in enumerate(self._triggers) for near in trigger.near]

    def _add_words(self, watches: dict[str, list[_Watch]], lists: Mapping[str, Sequence[str]], folder: Folder) -> None:
        for number, (_rule, trigger) in enumerate(self._triggers):
            words = [*trigger.terms, *(word for name in trigger.lists for word in lists[name])]
            for word in dict.fromkeys(map(folder.word, words)):
                watches[word].append(_Watch(trigger=number))
        used = {name for _r, t in self._triggers for near in t.near for name in near.lists}
        for name in sorted(used):
            for word in dict.fromkeys(map(folder.word, lists[name])):
                watches[word].append(_Watch(list_name=name))

    def _add_literals(self, watches: dict[str, list[_Watch]]) -> list[int]:
        always = []
        for number, pattern in enumerate(self._patterns):
            if pattern.needed is None:
                always.append(number)
            for literal in pattern.needed or ():
                watches[literal].append(_Watch(pattern=number))
        return always

    def active(self, applies: Callable[[Rule, Trigger], bool]) -> frozenset[int]:
        """Numbers of the triggers for which `applies` holds."""
        return frozenset(n for n, (rule, trigger) in enumerate(self._triggers) if applies(rule, trigger))

    def hits(self, text: str, segments: Segments, active: frozenset[int]) -> Iterator[Hit]:
        """All hits of the active triggers in a folded text."""
        listed: dict[str, list[Span]] = defaultdict(list)
        sentences: dict[int, set[Span]] = {n: {(0, len(text))} for n in self._always}
        for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            place: Span | None = None
            for watch in self._watches[index]:
                if watch.trigger >= 0:
                    if watch.trigger in active:
                        yield self._hit(watch.trigger, start, end)
                elif watch.list_name:
                    listed[watch.list_name].append((start, end))
                elif self._patterns[watch.pattern].trigger in active:
                    place = place or segments.sentence(start)
                    sentences.setdefault(watch.pattern, set()).add(place)
        yield from self._pattern_hits(text, sentences, active)
        yield from self._near_hits(listed, segments, active)

    def _hit(self, trigger: int, start: int, end: int, *, is_apart: bool = False) -> Hit:
        rule, found = self._triggers[trigger]
        return Hit(rule, found, start, end, is_apart)

    def _pattern_hits(self, text: str, sentences: Mapping[int, set[Span]], active: frozenset[int]) -> Iterator[Hit]:
        for number, spans in sentences.items():
            pattern = self._patterns[number]
            if pattern.trigger not in active:
                continue
            for first, last in sorted(spans):
                for match in pattern.regex.finditer(text, first, last):
                    if match.end() > match.start():
                        yield self._hit(pattern.trigger, *match.span(), is_apart=pattern.is_apart)

    def _near_hits(
        self, listed: Mapping[str, Sequence[Span]], segments: Segments, active: frozenset[int]
    ) -> Iterator[Hit]:
        placed = {name: sorted(spans) for name, spans in listed.items()}
        for trigger, near in self._near:
            spans = [placed.get(name, ()) for name in near.lists]
            if trigger in active and all(spans):
                for start, end in together(near, spans, segments):
                    yield self._hit(trigger, start, end, is_apart=True)


def together(near: Near, spans: Sequence[Sequence[Span]], segments: Segments) -> Iterator[Span]:
    """Spans that hold one word of each list, no more than `near.within` characters apart, in one clause or sentence.

    `spans`: the places of the words of each list, sorted.
    """
    bounds = segments.clause if near.scope == "clause" else segments.sentence
    for first in spans[0][:MOST_HITS]:
        reach: list[Span] = [first]
        low, high = bounds(first[0])
        for others in spans[1:]:
            reach = [
                (min(have[0], other[0]), max(have[1], other[1]))
                for have in reach
                for other in _neighbours(have, others, near)
                if low <= other[0] and other[1] <= high
            ]
        yield from reach


def _neighbours(have: Span, others: Sequence[Span], near: Near) -> Iterator[Span]:
    """The nearest word before (unless ordered), the nearest after, and one between words found already; no overlap."""
    inside = bisect_left(others, have)
    if inside < len(others) and others[inside][1] < have[1] and others[inside][0] > have[0]:
        yield others[inside]
    at = bisect_left(others, (have[1], 0))
    if at < len(others) and others[at][0] - have[1] <= near.within:
        yield others[at]
    if near.ordered:
        return
    back = bisect_left(others, (have[0], 0)) - 1
    while back >= 0 and others[back][1] > have[0]:
        back -= 1
    if back >= 0 and have[0] - others[back][1] <= near.within:
        yield others[back]
