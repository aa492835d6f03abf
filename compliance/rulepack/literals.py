"""Which literals a pattern cannot do without, for a prefilter after RE2's FilteredRE2.

One automaton looks for the literals of all patterns at once. A pattern runs only on sentences in which one of its own
was seen, and most patterns never run on most texts.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain

from compliance.rulepack.regex_syntax import PATTERNS_KEPT, Group, Part, parse

#: Literals of one pattern.
_MOST = 300
_NOTHING = frozenset({""})


@lru_cache(PATTERNS_KEPT)
def literals(pattern: str) -> frozenset[str] | None:
    """A set of which every match of `pattern` holds at least one; None when there is no such (small) set."""
    return _needed(parse(pattern))


def _needed(group: Group) -> frozenset[str] | None:
    best = [_best(_candidates(branch)) for branch in group.branches]
    return None if None in best else _usable(frozenset(chain.from_iterable(each or () for each in best)))


def _candidates(parts: Sequence[Part]) -> list[frozenset[str]]:
    """Sets that a match of the sequence must hold one of; neighbouring literals grow together."""
    done: list[frozenset[str]] = []
    run = _NOTHING
    for part in parts:
        exact = _exact(part)
        if exact is not None and len(run) * len(exact) <= _MOST:
            run = frozenset(a + b for a in run for b in exact)
            continue
        done.append(run)
        run = _NOTHING if exact is None else exact
        if isinstance(part.body, Group) and not part.body.looks and part.least >= 1:
            branches = part.body.branches
            done += _candidates(branches[0]) if len(branches) == 1 else [_needed(part.body) or _NOTHING]
    return [*done, run]


def _exact(part: Part) -> frozenset[str] | None:
    """All strings the part can be, when they are few."""
    if (part.least, part.most) != (1, 1):
        return None
    if not isinstance(part.body, Group):
        return part.body.chars or None
    if part.body.looks:
        return None
    branches = [_exact_sequence(branch) for branch in part.body.branches]
    if None in branches:
        return None
    union = frozenset(chain.from_iterable(each or () for each in branches))
    return union if len(union) <= _MOST else None


def _exact_sequence(parts: Sequence[Part]) -> frozenset[str] | None:
    run = _NOTHING
    for part in parts:
        exact = _exact(part)
        if exact is None or len(run) * len(exact) > _MOST:
            return None
        run = frozenset(a + b for a in run for b in exact)
    return run


def _usable(found: frozenset[str]) -> frozenset[str] | None:
    return found if found and "" not in found and len(found) <= _MOST else None


def _best(sets: Iterable[frozenset[str]]) -> frozenset[str] | None:
    """Long literals first, then few of them."""
    usable = [each for each in sets if _usable(each)]
    return max(usable, key=lambda each: (min(2, *map(len, each)), -len(each)), default=None)
