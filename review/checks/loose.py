"""See through disguises: inserted signs, split characters, sounds and words written around a filter.

The loose view of a text is only searched for rules that ask for it, and a hit in it counts only when it needed a
disguise to be seen through: everything else was already found, or not, in the plain view.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, MatchKind

from review.checks.fold import Folder, View
from review.rulepack.schema import LetterFile

_HAN = re.compile(r"[\u3400-\u9fff]")
#: What stands between sentences and clauses is no inserted sign.
_STOPS = frozenset("。!?;,:、\n\"'()[]<>《》“”‘’「」『』")
#: Signs that mean something in numbers or in a disguise of the pack.
_MEANT = frozenset("%+➕🐧💚💊❤")
_LATIN = re.compile(r"(?<![a-z])[a-z]{2,24}(?![a-z])")
#: Private use: stands for a sound.
_SOUND_BASE = 0xE000


@dataclass(frozen=True)
class _Token:
    char: str
    start: int
    end: int
    changed: bool = False
    joined: bool = False


class Loosener:
    """The disguises of one pack, compiled."""

    def __init__(self, letters: LetterFile, folder: Folder) -> None:
        pairs = {**letters.parts, **letters.disguises}
        self._plain = {folder.word(w): folder.word(target) for target, words in pairs.items() for w in words}
        self._words = [w for w in self._plain if w]
        self._automaton = AhoCorasick(self._words, matchkind=MatchKind.LeftmostLongest)
        self._sound_of = {c: s for s, chars in letters.sounds.items() for c in folder.word(chars)}
        self._code = {s: chr(_SOUND_BASE + n) for n, s in enumerate(letters.sounds)}
        self._longest = max(map(len, self._code), default=0)

    def loose(self, view: View) -> View | None:
        """The loose view of a plain one; None when nothing in it looks like a disguise."""
        tokens = self._replace(_join(view))
        if not any(t.changed or t.joined for t in tokens):
            return None
        return _view(view, tokens)

    def sounded(self, view: View) -> View | None:
        """A view in which characters and pinyin stand for their sounds; None when no pinyin is in the text."""
        tokens = self._replace(_join(view))
        text = "".join(t.char for t in tokens)
        spelt = {m.start(): (m.end(), parts) for m in _LATIN.finditer(text) if (parts := self._spell(m[0]))}
        if not spelt:
            return None
        return _view(view, self._sound(tokens, spelt))

    def code(self, word: str) -> str | None:
        """A word as its sounds; None when a character is not in the table or the word is too short to be told."""
        sounds = [self._sound_of.get(c) for c in word]
        if len(word) < 2 or any(s is None for s in sounds):
            return None
        return "".join(self._code[s] for s in sounds if s)

    def _sound(self, tokens: Sequence[_Token], spelt: dict[int, tuple[int, list[str]]]) -> list[_Token]:
        result: list[_Token] = []
        at = 0
        while at < len(tokens):
            token = tokens[at]
            if at in spelt:
                last, parts = spelt[at]
                first, end = token.start, tokens[last - 1].end
                result += [_Token(self._code[p], first, end, changed=True) for p in parts]
                at = last
                continue
            sound = self._sound_of.get(token.char)
            result.append(_Token(self._code[sound], token.start, token.end) if sound else token)
            at += 1
        return result

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

    def _replace(self, tokens: list[_Token]) -> list[_Token]:
        text = "".join(t.char for t in tokens)
        result: list[_Token] = []
        at = 0
        for index, start, end in self._automaton.find_matches_as_indexes(text):
            word = self._words[index]
            if not _is_whole(word, text, start, end):
                continue
            result += tokens[at:start]
            first, last = tokens[start], tokens[end - 1]
            result += [_Token(c, first.start, last.end, changed=True) for c in self._plain[word]]
            at = end
        return result + tokens[at:]


def _is_whole(word: str, text: str, start: int, end: int) -> bool:
    """Disguises that begin or end with a letter (vx, wei信) count only where no further letter adjoins."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return not ((_is_letter(word[0]) and _is_letter(before)) or (_is_letter(word[-1]) and _is_letter(after)))


def _is_letter(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _join(view: View) -> list[_Token]:
    """Leave out blanks, signs and pictures that stand between two characters of which one is Chinese."""
    kept: list[_Token] = []
    text, dropped = view.text, False
    for index, char in enumerate(text):
        if _is_inserted(char) and kept:
            dropped = True
            continue
        joined = dropped and (_is_han(char) or _is_han(kept[-1].char)) and char not in _STOPS
        kept.append(_Token(char, index, index + 1, joined=joined))
        dropped = False
    return kept


def _is_inserted(char: str) -> bool:
    return not (char.isalnum() or char in _STOPS or char in _MEANT)


def _is_han(char: str) -> bool:
    return bool(_HAN.match(char))


def _view(plain: View, tokens: Sequence[_Token]) -> View:
    return View(
        plain.original,
        "".join(t.char for t in tokens),
        [plain.starts[t.start] for t in tokens],
        [plain.ends[t.end - 1] for t in tokens],
        frozenset(i for i, t in enumerate(tokens) if t.changed),
        frozenset(i for i, t in enumerate(tokens) if t.joined),
    )
