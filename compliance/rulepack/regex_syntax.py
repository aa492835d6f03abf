"""The syntax tree of a regular expression of a pack, and how RE2 writes its parts.

Patterns are written for Python's `re`, which is asked first whether it takes them: `parse` may count on good form. RE2
knows neither look-around nor the boundaries of words in every language; a part with those has no writing for it.

Source: the syntax chapters of Python 3.11's `re` and of RE2 (https://github.com/google/re2/wiki/Syntax).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from yiyuan.i18n import _

#: Repeats of one part; RE2 takes no more.
MOST_REPEATS = 1000
#: Groups inside one another.
MOST_DEEP = 40
#: Characters of one class that are still few.
FEW = 40
_BLANKS = "".join(f"\\x{{{code:x}}}" for code in range(0x3001) if chr(code).isspace())
#: Sets by their letter, as members of a class for RE2; those that RE2 has for ASCII only are left out.
_SETS = {"d": r"\p{Nd}", "s": _BLANKS, **dict.fromkeys("wDSW")}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a", "b": "\b"}
_HEX_DIGITS = {"x": 2, "u": 4, "U": 8}
_OPENING = re.compile(r"\((?:\?(?:(?P<look><?[=!])|:|P<\w+>))?")
_REPEAT = re.compile(r"(?:([*+?])|\{(\d*)(,?)(\d*)\})([?+]?)")


#: A pack is loaded in several steps that each look at every pattern: the trees, and tokens of single characters.
PATTERNS_KEPT, CHARACTERS_KEPT = 4096, 8192


class Risky(Exception):
    """The pattern cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Token:
    """`re2`: the token for RE2, None when it has none. chars: which characters it stands for, when they are few.

    least, most: of a repeat; most is None without end.
    """

    kind: Literal["one", "place", "group", "look", "close", "or", "repeat"]
    re2: str | None
    chars: frozenset[str] = frozenset()
    least: int = 1
    most: int | None = 1


_SIGNS = {
    ")": Token("close", ")"), "|": Token("or", "|"), ".": Token("one", "."),
    "^": Token("place", None), "$": Token("place", None),
}  # fmt: skip


@dataclass(slots=True)
class Group:
    """What stands between brackets: alternatives of parts in order. looks: it matches nothing itself."""

    branches: list[list["Part"]]
    looks: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A token or a group that is repeated from `least` to `most` times; most is None without end."""

    body: Token | Group
    least: int = 1
    most: int | None = 1


@lru_cache(PATTERNS_KEPT)
def parse(pattern: str) -> Group:
    """The tree of a pattern that `re` compiles, not to be changed. Risky for what no pattern of a pack may use."""
    open_groups = [Group([[]])]
    for token in _tokens(pattern):
        parts = open_groups[-1].branches[-1]
        if token.kind in ("group", "look"):
            if len(open_groups) > MOST_DEEP:
                raise Risky(_("正则的括号嵌套太深，请拆成几条"))
            open_groups.append(Group([[]], looks=token.kind == "look"))
        elif token.kind == "close":
            closed = open_groups.pop()
            open_groups[-1].branches[-1].append(Part(closed))
        elif token.kind == "or":
            open_groups[-1].branches.append([])
        elif token.kind == "repeat":
            parts.append(
                Part(Group([[parts.pop()]]) if parts[-1].most != 1 else parts.pop().body, token.least, token.most)
            )
        else:
            parts.append(Part(token))
    return open_groups[0]


def re2_form(pattern: str) -> str | None:
    """The pattern as RE2 writes it, matching the same in folded texts; None when it has no such form."""
    written = [token.re2 for token in _tokens(pattern)]
    return None if None in written else "".join(map(str, written))


def _tokens(pattern: str) -> Iterator[Token]:
    at = 0
    while at < len(pattern):
        token, at = _next(pattern, at)
        yield token


def _next(pattern: str, at: int) -> tuple[Token, int]:
    char = pattern[at]
    if char == "\\":
        return _escaped(pattern, at + 1)
    if char == "[":
        return _class(pattern, at + 1)
    if char == "(":
        return _opened(pattern, at)
    repeat = _REPEAT.match(pattern, at) if char in "*+?{" else None
    if repeat and (repeat[1] or repeat[2] or repeat[3]):
        return _repeated(repeat), repeat.end()
    return _SIGNS.get(char) or _single(char), at + 1


@lru_cache(CHARACTERS_KEPT)
def _single(char: str) -> Token:
    return Token("one", _written(char), frozenset({char}))


def _written(char: str) -> str:
    return char if char.isalnum() and char.isascii() else f"\\x{{{ord(char):x}}}"


def _opened(pattern: str, at: int) -> tuple[Token, int]:
    found = _OPENING.match(pattern, at)
    assert found is not None
    if found["look"]:
        return Token("look", None), found.end()
    if found[0] == "(" and pattern.startswith("?", at + 1):
        if pattern.startswith(("(?P=", "(?("), at):
            raise Risky(_("正则不得使用反向引用"))
        what = _("正则不支持写法 {part}，可用的有 (?:…)、(?=…)、(?!…)、(?<=…)、(?<!…)")
        raise Risky(what.format(part=pattern[at : at + 4]))
    return Token("group", "(?:"), found.end()


def _repeated(found: re.Match[str]) -> Token:
    sign, first, comma, last, mode = found.groups()
    if mode == "+":
        raise Risky(_("正则不支持独占重复（{part}）").format(part=found[0]))
    least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(sign) or (
        int(first or 0), int(last) if last else None if comma else int(first),
    )  # fmt: skip
    if max(least, most or 0) > MOST_REPEATS:
        raise Risky(_("正则中的重复最多 {most} 次，请改小 {part}").format(most=MOST_REPEATS, part=found[0]))
    written = f"{{{least},{'' if most is None else most}}}" + mode
    return Token("repeat", written, least=least, most=most)


def _escaped(pattern: str, at: int) -> tuple[Token, int]:
    letter = pattern[at]
    if letter in _SETS:
        members = _SETS[letter]
        return Token("one", members and f"[{members}]"), at + 1
    if letter in "bBAZ":
        return Token("place", None), at + 1
    char, end = _character(pattern, at)
    return _single(char), end


def _character(pattern: str, at: int) -> tuple[str, int]:
    """The character that an escape stands for; `at`: behind the backslash."""
    letter = pattern[at]
    if letter in _HEX_DIGITS:
        end = at + 1 + _HEX_DIGITS[letter]
        return chr(int(pattern[at + 1 : end], 16)), end
    if letter.isdigit():
        raise Risky(_("正则不得使用反向引用"))
    if letter == "N":
        raise Risky(_("正则不支持写法 {part}，请直接写出字符").format(part=r"\N{…}"))
    return _CONTROLS.get(letter, letter), at + 1


def _class(pattern: str, at: int) -> tuple[Token, int]:
    negated = pattern.startswith("^", at)
    at += negated
    members: list[str | None] = []
    chars: set[str] = set()
    are_few, first = not negated, at
    while pattern[at] != "]" or at == first:
        if pattern[at] == "\\" and pattern[at + 1] in _SETS:
            members.append(_SETS[pattern[at + 1]])
            are_few, at = False, at + 2
            continue
        start, at = _member(pattern, at)
        end = start
        if pattern[at] == "-" and pattern[at + 1] != "]":
            end, at = _member(pattern, at + 1)
        members.append(_written(start) if start == end else f"{_written(start)}-{_written(end)}")
        are_few = are_few and start == end
        chars.add(start)
    written = None if None in members else f"[{'^' * negated}{''.join(map(str, members))}]"
    return Token("one", written, frozenset(chars if are_few and len(chars) <= FEW else ())), at + 1


def _member(pattern: str, at: int) -> tuple[str, int]:
    return _character(pattern, at + 1) if pattern[at] == "\\" else (pattern[at], at + 1)
