"""Which literals a regular expression needs: it is only run on sentences in which one of them was seen.

The idea is that of RE2's FilteredRE2: one automaton looks for the literals of all patterns at once, and most patterns
never run on most texts.
"""

from collections.abc import Iterable
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

_MOST = 300
_REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)


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
