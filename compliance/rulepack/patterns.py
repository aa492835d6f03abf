"""What a regular expression of a pack may cost.

`re` is fast on the short sentences of a text but tries one way after the other. So the ways are counted: in how many
the repeats of one pattern can share out a text at one position. Up to MOST_WAYS `re` runs the pattern; beyond, RE2
does, which never tries twice, if the pattern means the same there. What is left, look-around with too many ways, is
refused. What runs a pattern: compliance/advertising/pattern_engines.py. Why not all in RE2: docs/decisions/0010.

Every repeat has an upper limit in both: a match that may end anywhere makes even RE2 read the rest of a text once for
each beginning.
"""

import re
from math import prod

import re2

from compliance.rulepack.regex_syntax import Group, Part, Risky, parse, re2_form
from yiyuan.i18n import _

#: Ways to match at one position; measured: 100 kB of hostile text stays below a second.
MOST_WAYS = 6000
#: A part of varying length that is repeated more often multiplies its ways too fast to count.
_MOST_VARYING = 3


def refuse_risky(pattern: str) -> None:
    """Raise Risky (Chinese) when `pattern` is no pattern, or one that could take too long."""
    _refuse_faulty(pattern)
    tree = parse(pattern)
    if _is_endless(tree):
        raise Risky(_("正则中的重复必须有上限，请把 * 或 + 写成 {0,12} 这样的范围"))
    if is_bounded(tree):
        return
    written = re2_form(pattern)
    if written is None:
        what = _("正则可能回溯过多（每个位置上限 {most} 种走法），请缩小重复范围，或不用 {parts} 这些写法")
        raise Risky(what.format(most=MOST_WAYS, parts=r"(?= (?! (?< ^ $ \w \b"))
    try:
        re2.compile(written, quiet())
    except re2.error as error:
        raise Risky(_("正则太大，请减少重复次数或拆成几条")) from error


def quiet() -> re2.Options:
    """RE2's options: faults are raised and never logged, for patterns may stand beside texts in a log."""
    options = re2.Options()
    options.log_errors = False
    return options


def is_bounded(tree: Group) -> bool:
    """Whether `re` needs so few ways that no text can keep it busy."""
    ways = _ways(tree)
    return ways is not None and ways <= MOST_WAYS


def _refuse_faulty(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        if "look-behind" in error.msg:
            raise Risky(_("(?<=…) 和 (?<!…) 里的文字长度必须固定，请拆成几个等长的写法")) from error
        place = "" if error.pos is None else _("（第 {n} 个字符附近）").format(n=error.pos + 1)
        raise Risky(_("写法有误{place}，请检查括号、方括号和重复符号").format(place=place)) from error
    except OverflowError as error:
        raise Risky(_("正则中的重复次数太大，请改小")) from error
    except RecursionError as error:
        raise Risky(_("正则的括号嵌套太深，请拆成几条")) from error


def _is_endless(group: Group) -> bool:
    return any(
        part.most is None or (isinstance(part.body, Group) and _is_endless(part.body))
        for branch in group.branches
        for part in branch
    )


def _ways(group: Group) -> int | None:
    """None when a part of varying length is repeated more than a few times."""
    counted = [[_ways_of(part) for part in branch] for branch in group.branches]
    if any(None in branch for branch in counted):
        return None
    ways = [prod(each or 1 for each in branch) for branch in counted]
    # Fixed alternatives exclude each other, all but a few; those that vary do not.
    return ways[0] if len(ways) == 1 else sum(each for each in ways if each > 1) + (1 if 1 in ways else 0)


def _ways_of(part: Part) -> int | None:
    most = part.most or 0
    inner = _ways(part.body) if isinstance(part.body, Group) else 1
    if inner is None:
        return None
    shortest, longest = _width(part.body)
    if most > _MOST_VARYING and (inner > 1 or shortest != longest):
        return None
    return (most - part.least + 1) * (inner**most if inner > 1 else 1)


def _width(body: Group | object) -> tuple[int, int]:
    """Characters that a token or a group matches, at least and at most."""
    if not isinstance(body, Group):
        return (0, 0) if getattr(body, "kind", "") == "place" else (1, 1)
    if body.looks:
        return 0, 0
    branches = [[(part, *_width(part.body)) for part in branch] for branch in body.branches]
    return (
        min(sum(part.least * shortest for part, shortest, _longest in branch) for branch in branches),
        max(sum((part.most or 0) * longest for part, _shortest, longest in branch) for branch in branches),
    )
