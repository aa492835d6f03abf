"""What a regular expression may cost, and which literals it needs. The only module that reads `re`'s syntax trees.

`refuse_risky` keeps the work at one position of a text below a constant: every repeat must be bounded, repeats may be
nested only when the inner one is of fixed length, and the number of ways in which the repeats of one pattern can share
out a text is limited. A pattern that passes is linear in the length of the text, whatever the text holds.

`literals` are for a prefilter after RE2's FilteredRE2: one automaton looks for the literals of all patterns at once, a
pattern runs only on sentences in which one of its own was seen, and most patterns never run on most texts.
"""

import re
from collections.abc import Iterable
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from yiyuan.i18n import _

#: Ways to match at one position; measured: 100 kB of hostile text stays below a second.
MOST_WAYS = 6000
_REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)
#: Literals of one pattern.
_MOST = 300


class Risky(Exception):
    """The pattern could take too long; the message says why."""


def refuse_risky(pattern: str) -> None:
    """Raise Risky when `pattern` could backtrack, re.error when it is no pattern."""
    ways = _ways(_parser.parse(pattern))
    if ways > MOST_WAYS:
        raise Risky(_("正则可能回溯过多（每个位置约 {ways} 种走法，上限 {most}）").format(ways=ways, most=MOST_WAYS))


def _ways(parsed: Any) -> int:
    product = 1
    for op, argument in parsed:
        product *= _ways_of(op, argument)
    return product


def _ways_of(op: Any, argument: Any) -> int:
    if op in _REPEATS:
        return _ways_of_repeat(*argument)
    if op is sre.BRANCH:
        # Fixed alternatives exclude each other, all but a few; those that vary do not.
        ways = [_ways(branch) for branch in argument[1]]
        return sum(w for w in ways if w > 1) + (1 if 1 in ways else 0)
    if op is sre.SUBPATTERN:
        return _ways(argument[3])
    if op is sre.ATOMIC_GROUP:
        return _ways(argument)
    if op in (sre.ASSERT, sre.ASSERT_NOT):
        return _ways(argument[1])
    if op in (sre.GROUPREF, sre.GROUPREF_EXISTS):
        raise Risky(_("正则不得使用反向引用"))
    return 1


def _ways_of_repeat(least: int, most: int, body: Any) -> int:
    if most >= sre.MAXREPEAT:
        raise Risky(_("正则中的重复必须有上限，请把 * 或 + 写成 {0,12} 这样的范围"))
    shortest, longest = body.getwidth()
    inner = _ways(body)
    if most > 3 and (inner > 1 or shortest != longest):
        raise Risky(_("正则中可变长度的部分最多重复三次"))
    return int((most - least + 1) * inner**most if inner > 1 else most - least + 1)


def compile_safe(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of a pack after the test above."""
    refuse_risky(pattern)
    return re.compile(pattern)


def literals(pattern: str) -> frozenset[str] | None:
    """A set of which every match of `pattern` holds at least one; None when there is no such (small) set."""
    return _best(_candidates(_parser.parse(pattern)))


def _candidates(parsed: Any) -> list[frozenset[str]]:
    """Sets that a match of the sequence must hold one of; neighbouring literals grow together."""
    done: list[frozenset[str]] = []
    run: frozenset[str] = frozenset({""})
    for op, argument in parsed:
        exact = _exact(op, argument)
        if exact is not None and len(run) * len(exact) <= _MOST:
            run = frozenset(a + b for a in run for b in exact)
            continue
        done.append(run)
        run = frozenset({""}) if exact is None else exact
        done.extend(_inside(op, argument))
    done.append(run)
    return [s for s in done if "" not in s]


def _exact(op: Any, argument: Any) -> frozenset[str] | None:
    """All strings the part can be, when they are few."""
    if op is sre.LITERAL:
        return frozenset({chr(argument)})
    if op is sre.IN and len(argument) <= 40 and all(o is sre.LITERAL for o, _a in argument):
        return frozenset(chr(a) for _o, a in argument)
    if op is sre.SUBPATTERN:
        return _exact_sequence(argument[3])
    if op is sre.BRANCH:
        branches = [_exact_sequence(b) for b in argument[1]]
        if all(b is not None for b in branches):
            union = frozenset().union(*(b for b in branches if b is not None))
            return union if len(union) <= _MOST else None
    return None


def _exact_sequence(parsed: Any) -> frozenset[str] | None:
    run: frozenset[str] = frozenset({""})
    for op, argument in parsed:
        exact = _exact(op, argument)
        if exact is None or len(run) * len(exact) > _MOST:
            return None
        run = frozenset(a + b for a in run for b in exact)
    return run


def _inside(op: Any, argument: Any) -> list[frozenset[str]]:
    if op is sre.SUBPATTERN:
        return _candidates(argument[3])
    if op in _REPEATS and argument[0] >= 1:
        return _candidates(argument[2])
    if op is sre.BRANCH:
        best = [_best(_candidates(b)) for b in argument[1]]
        if all(b is not None for b in best):
            return [frozenset().union(*(b for b in best if b is not None))]
    return []


def _best(sets: Iterable[frozenset[str]]) -> frozenset[str] | None:
    """Long literals first, then few of them."""
    usable = [s for s in sets if s and "" not in s and len(s) <= _MOST]
    return max(usable, key=lambda s: (min(2, *map(len, s)), -len(s)), default=None)
