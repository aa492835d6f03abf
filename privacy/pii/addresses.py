"""Addresses in running text: a house number, and back from it to the province, city or road it belongs to."""

import re
from collections.abc import Iterator

from privacy.pii.spans import Span

_HOUSE = re.compile(
    r"(?:\d{1,5}(?:-\d{1,4})*|[一二三四五六七八九十]{1,3}|[A-Za-z])[ ]?"
    r"(?:号楼|号院|号|弄|栋|幢|座|单元|室|组|队)(?:[之\-]?\d{1,4}[ ]?(?:号楼|号|栋|幢|座|单元|层|楼|室|户)?)*"
)
_ROAD = re.compile(r"(?:大道|大街|胡同|新村|小区|花园|公寓|家园|[路街道巷弄里村镇乡苑园屯庄寨])[^，,。；;\s]{0,12}$")
_UNIT = re.compile(
    r"(?:[一-龥]{2,7}?(?:省|自治区|自治州|街道|大道|大街|小区|花园|公寓|新村|胡同|[市区县旗镇乡路街巷弄村苑]))+"
)
_LEAD = re.compile(
    r"(?:家住|住在|住于|现住|居住[在于]|来自|位于|搬[到至]|送[到至]|寄到|赶到|前往|户籍|[在是到从于为住])"
)
_VILLAGE = re.compile(r"[一-龥]{2,7}?[市县区旗][一-龥]{1,7}?(?:镇|乡|街道)[一-龥]{1,7}?(?:村|屯|组|队|社区)(?![医卫])")
_REACH = 40


def addresses(text: str) -> Iterator[Span]:
    """House numbers with the road and place before them, and villages with their county."""
    for match in _HOUSE.finditer(text):
        start = _start(text, match.start())
        if start is not None:
            end = match.end()
            more = re.compile(r"(?:[ ]?[一-龥A-Za-z]{0,6}?\d{1,4}(?:号楼|号|栋|幢|座|单元|层|楼|室|户))*").match(
                text, end
            )
            yield Span("address", start, more.end() if more else end, 2)
    for match in _VILLAGE.finditer(text):
        yield Span("address", match.start() + _after_lead(match.group()), match.end(), 1)


def _start(text: str, number_at: int) -> int | None:
    """Where the address that ends in a house number begins; None when no road or place is before it."""
    begin = max(0, number_at - _REACH)
    before = text[begin:number_at]
    clause = max(before.rfind(mark) for mark in '，,。；;：:！!？?\n（(“"') + 1
    before = before[clause:]
    if not _ROAD.search(before):
        return None
    return begin + clause + _after_lead(before)


def _after_lead(text: str) -> int:
    """Offset of the first place behind words such as 家住; the whole when none are there."""
    first = _UNIT.search(text)
    limit = first.end() if first else len(text)
    leads = [match.end() for match in _LEAD.finditer(text, 0, limit) if _UNIT.match(text, match.end())]
    return leads[-1] if leads else 0
