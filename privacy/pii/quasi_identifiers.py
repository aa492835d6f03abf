"""Details that name nobody and yet point at one person: a school beside an age, a date beside a rare disease."""

import re
from collections.abc import Iterator

from privacy.pii.spans import Span
from yiyuan.i18n import _

_SENTENCE = re.compile(r"[^。！？!?\n]+")
_AGE = re.compile(r"\d{1,2}[ ]?岁|[一二三四五六七八九十]{1,3}岁|[初高][一二三]|[一二三四五六]年级")
_SCHOOL = re.compile(
    r"[一-龥]{2,12}?(?:小学|中学|[一二三四五六七八九十]中(?!学)|高中|初中|幼儿园|职高|技校)"
    r"(?:[一二三四五六]年级|[初高][一二三])?(?:[（(]?\d{1,2}[)）]?班)?"
)
_LEAD = re.compile(r"^.*(?:就读于|在读于|来自|毕业于|就读|在|是|到|从|于|的)")
_RARE = re.compile(r"罕见病|罕见|首例|第[一二三1-9]例|唯一一例|全[国省市]仅")
_DATE = re.compile(r"(?:20\d{2}年)?\d{1,2}月\d{1,2}[日号]")
_UNIT = re.compile(r"科|病区|手术|收治|接诊|入院|患者|病人")


def combinations(text: str) -> Iterator[Span]:
    """Schools and days that together with their sentence point at a person; each with a doubt."""
    for sentence in _SENTENCE.finditer(text):
        words, start = sentence.group(), sentence.start()
        if _AGE.search(words):
            for match in _SCHOOL.finditer(words):
                lead = _LEAD.match(match.group())
                skip = lead.end() if lead else 0
                yield Span(
                    "quasi", start + match.start() + skip, start + match.end(), 1, _("年龄与学校并列，可能推断出身份")
                )
        if _RARE.search(words) and _UNIT.search(words):
            doubt = _("日期与罕见病例并列，可能推断出身份")
            yield from (Span("quasi", start + m.start(), start + m.end(), 1, doubt) for m in _DATE.finditer(words))
