"""See through disguises: inserted signs, split characters, sounds and words written around a filter.

The loose view of a text is only searched for rules that ask for it, and a hit in it counts only when it needed a
disguise to be seen through: everything else was already found, or not, in the plain view.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, MatchKind

from compliance.advertising.sentences import Segments
from compliance.rulepack.schema import LetterFile
from yiyuan.text.folding import Folded, Folder

#: What stands between sentences and clauses is no inserted sign.
_STOPS = frozenset("。!?;,:、\n\"'()[]<>《》“”‘’「」『』")
#: Signs that mean something in numbers or in a disguise of the pack.
_MEANT = frozenset("%+➕🐧💚💊❤")
_LATIN = re.compile(r"(?<![a-z])[a-z]{2,24}(?![a-z])")
_INSERTED = re.compile("[^\\w" + re.escape("".join(sorted(_STOPS | _MEANT))) + "]|_")
_DECORATION = re.compile("[" + "".join(sorted(_MEANT - {"%", "+"})) + "]")
#: Private use: stands for a sound.
_SOUND_BASE = 0xE000


@dataclass(frozen=True)
class LooseView(Folded):
    """A folded text with disguises seen through.

    changed: indexes of characters guessed from a disguise; joined: of those before which something was left out.
    """

    changed: frozenset[int] = frozenset()
    joined: frozenset[int] = frozenset()

    def is_disguised(self, start: int, end: int) -> bool:
        """Whether text[start:end] can only be read with a disguise seen through."""
        return any(i in self.changed for i in range(start, end)) or any(i in self.joined for i in range(start + 1, end))


@dataclass(frozen=True)
class _Strip:
    """A text made from a folded one: character i stands for folded[starts[i]:ends[i]]."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    changed: frozenset[int] = frozenset()
    joined: frozenset[int] = frozenset()


class Loosener:
    """The disguises of one pack, compiled."""

    def __init__(self, letters: LetterFile, folder: Folder) -> None:
        pairs = {**letters.parts, **letters.disguises}
        self._plain = {folder.word(w): folder.word(target) for target, words in pairs.items() for w in words}
        self._words = [w for w, plain in self._plain.items() if w and w != plain]
        self._automaton = AhoCorasick(self._words, matchkind=MatchKind.LeftmostLongest)
        self._sound_of = {c: s for s, chars in letters.sounds.items() for c in folder.word(chars)}
        self._code = {s: chr(_SOUND_BASE + n) for n, s in enumerate(letters.sounds)}
        self._longest = max(map(len, self._code), default=0)

    def views(self, view: Folded) -> Iterator[tuple[str, LooseView]]:
        """("loose", with disguises seen through) and ("sounded", as sounds), each only when it differs."""
        # Signs that a disguise needs are read first and left out afterwards, where they were only decoration.
        strip = _join(self._replace(_join(_plain_strip(view.text), _INSERTED)), _DECORATION)
        if strip.changed or strip.joined:
            yield "loose", focus(_view(view, strip))
        spelt = {m.start(): (m.end(), parts) for m in _LATIN.finditer(strip.text) if (parts := self._spell(m[0]))}
        if spelt:
            yield "sounded", focus(_view(view, self._sound(strip, spelt)))

    def code(self, word: str) -> str | None:
        """A word as its sounds; None when a character is not in the table or the word is too short to be recognised."""
        sounds = [self._sound_of.get(c) for c in word]
        if len(word) < 2 or any(s is None for s in sounds):
            return None
        return "".join(self._code[s] for s in sounds if s)

    def _sound(self, strip: _Strip, spelt: dict[int, tuple[int, list[str]]]) -> _Strip:
        maker = _Maker(strip)
        at = 0
        while at < len(strip.text):
            last, parts = spelt.get(at, (at + 1, []))
            if parts:
                maker.replace(at, last, [self._code[p] for p in parts])
            else:
                sound = self._sound_of.get(strip.text[at])
                maker.keep(at, self._code[sound] if sound else strip.text[at])
            at = last
        return maker.strip()

    def _spell(self, run: str) -> list[str]:
        """Split a latin run into known syllables; empty when it is none (an English word, a unit)."""
        ways: list[list[str] | None] = [[], *([None] * len(run))]
        for end in range(1, len(run) + 1):
            for start in range(max(0, end - self._longest), end):
                before = ways[start]
                if before is not None and run[start:end] in self._code:
                    ways[end] = [*before, run[start:end]]
                    break
        return ways[-1] or []

    def _replace(self, strip: _Strip) -> _Strip:
        found = [
            (start, end, self._plain[word])
            for index, start, end in self._automaton.find_matches_as_indexes(strip.text)
            if _is_whole(word := self._words[index], strip.text, start, end)
        ]
        if not found:
            return strip
        maker = _Maker(strip)
        at = 0
        for start, end, plain in found:
            maker.keep_run(at, start)
            maker.replace(start, end, plain)
            at = end
        maker.keep_run(at, len(strip.text))
        return maker.strip()


class _Maker:
    """Collects the characters of a new strip from an old one."""

    def __init__(self, old: _Strip) -> None:
        self._old = old
        self._chars: list[str] = []
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._changed: set[int] = set()
        self._joined: set[int] = set()

    def keep(self, index: int, char: str, *, joined: bool = False) -> None:
        """Character `index` of the old strip, as `char`; `joined`: something before it was left out."""
        if index in self._old.changed:
            self._changed.add(len(self._chars))
        if joined or index in self._old.joined:
            self._joined.add(len(self._chars))
        self._add(char, self._old.starts[index], self._old.ends[index])

    def keep_run(self, start: int, end: int, *, joined: bool = False) -> None:
        """Characters [start, end) of the old strip as they are; `joined`: something before them was left out."""
        if start >= end:
            return
        old, first = self._old, len(self._chars)
        if joined:
            self._joined.add(first)
        self._changed |= {i - start + first for i in old.changed if start <= i < end}
        self._joined |= {i - start + first for i in old.joined if start <= i < end}
        self._chars += old.text[start:end]
        self._starts += old.starts[start:end]
        self._ends += old.ends[start:end]

    def replace(self, start: int, end: int, chars: Iterable[str]) -> None:
        """Old characters [start, end) read as `chars`."""
        for char in chars:
            self._changed.add(len(self._chars))
            self._add(char, self._old.starts[start], self._old.ends[end - 1])

    def strip(self) -> _Strip:
        """What was collected."""
        text = "".join(self._chars)
        return _Strip(text, self._starts, self._ends, frozenset(self._changed), frozenset(self._joined))

    def _add(self, char: str, start: int, end: int) -> None:
        self._chars.append(char)
        self._starts.append(start)
        self._ends.append(end)


def _is_whole(word: str, text: str, start: int, end: int) -> bool:
    """Disguises that begin or end with a letter (vx, wei信) count only where no further letter adjoins."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return not ((_is_letter(word[0]) and _is_letter(before)) or (_is_letter(word[-1]) and _is_letter(after)))


def _is_letter(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _plain_strip(text: str) -> _Strip:
    return _Strip(text, range(len(text)), range(1, len(text) + 1))


def _join(strip: _Strip, inserted: re.Pattern[str]) -> _Strip:
    """Leave out blanks, signs and pictures; what then meets across them is joined when one side is Chinese."""
    text, gone = strip.text, [m.start() for m in inserted.finditer(strip.text)]
    if not gone:
        return strip
    maker = _Maker(strip)
    last, at = -1, 0
    for stop in (*gone, len(text)):
        if stop > at:
            maker.keep_run(at, stop, joined=last >= 0 and _is_seam(text[last], text[at]))
            last = stop - 1
        at = stop + 1
    return maker.strip()


def _is_seam(left: str, right: str) -> bool:
    return (_is_han(left) or _is_han(right)) and left not in _STOPS and right not in _STOPS


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


def _view(plain: Folded, strip: _Strip) -> LooseView:
    return LooseView(
        plain.original,
        strip.text,
        [plain.starts[i] for i in strip.starts],
        [plain.ends[i - 1] for i in strip.ends],
        strip.changed,
        strip.joined,
    )


def focus(view: LooseView) -> LooseView:
    """Only the sentences of a loose view that hold a disguise, each with its neighbours, which may refute it."""
    segments = Segments(view.text)
    kept: dict[int, int] = {}
    for index in sorted(view.changed | view.joined):
        first, last = segments.sentence(index)
        for start, end in (segments.before(first), (first, last), segments.after(last)):
            if end > start:
                kept[start] = end
    picked = [i for start, end in sorted(kept.items()) for i in range(start, end)]
    place = {old: new for new, old in enumerate(picked)}
    return LooseView(
        view.original,
        "".join([view.text[i] for i in picked]),
        [view.starts[i] for i in picked],
        [view.ends[i] for i in picked],
        frozenset(place[i] for i in view.changed),
        frozenset(place[i] for i in view.joined),
    )
