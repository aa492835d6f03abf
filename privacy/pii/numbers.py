"""Numbers that show by themselves what they are: resident ID, telephone, bank card, passport, plate."""

import re
from collections.abc import Iterator

from privacy.pii.spans import GAP, Span, bare, digits
from yiyuan.i18n import _

_MONTH_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_RESIDENT = re.compile(rf"(?<![0-9A-Za-z])[1-9]{digits('16')}[ \t.\-·]{{0,2}}[\dXx](?![0-9A-Za-z])")
_RESIDENT_FORM = re.compile(rf"[1-9]\d{{5}}(?:18|19|20)\d{{2}}{_MONTH_DAY}\d{{3}}[\dX]")
_RESIDENT_OLD = re.compile(rf"(?<![0-9A-Za-z])[1-9]\d{{7}}{_MONTH_DAY}\d{{3}}(?![0-9A-Za-z])")
_MOBILE = re.compile(rf"(?<![0-9A-Za-z.])(?:(?:\+|00)?86[ \t-]?)?1{GAP}[3-9]{digits('9')}(?![0-9A-Za-z])")
_LANDLINE = re.compile(
    rf"(?<![0-9A-Za-z.])(?:\(0[1-9]\d{{1,2}}\)|0[1-9]\d{{1,2}})[ \t-]?[2-9]{digits('6,7')}"
    r"(?:[ \t]?(?:转|-|ext\.?)[ \t]?\d{1,5})?(?!\d)"
)
_CARD = re.compile(rf"(?<![0-9A-Za-z.])[3-9]{digits('14,18')}(?![0-9A-Za-z])")
_PASSPORT = re.compile(r"(?<![0-9A-Za-z])(?:E[A-HJ-NP-Z]\d{7}|[EGDSPH]\d{8})(?![0-9A-Za-z])", re.IGNORECASE)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][ ·•.\-]{0,2}"
    r"(?=[A-HJ-NP-Z0-9]{0,5}\d)(?:[A-HJ-NP-Z0-9]{6}|[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳])(?![0-9A-Za-z])"
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def resident_check(number: str) -> bool:
    """Whether the 18th character is the check digit of the first 17 (GB 11643-1999, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[17]


def luhn(number: str) -> bool:
    """Whether the last digit is the Luhn check digit (ISO/IEC 7812-1)."""
    doubled = [int(digit) * (1 + position % 2) for position, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def resident_ids(text: str) -> Iterator[Span]:
    """Resident identity numbers; one whose check digit fails is masked too, with a doubt."""
    for match in _RESIDENT.finditer(text):
        number = bare(match.group())
        if resident_check(number):
            yield Span("resident_id", *match.span(), 3)
        elif _RESIDENT_FORM.fullmatch(number):
            yield Span("resident_id", *match.span(), 2, _("校验位不符，可能是写错的身份证号"))
    for match in _RESIDENT_OLD.finditer(text):
        yield Span("resident_id", *match.span(), 1, _("形似 15 位旧身份证号"))


def telephones(text: str) -> Iterator[Span]:
    """Mobile numbers, and landlines with an area code."""
    for match in _MOBILE.finditer(text):
        yield Span("mobile", *match.span(), 3)
    for match in _LANDLINE.finditer(text):
        yield Span("landline", *match.span(), 2)


def bank_cards(text: str) -> Iterator[Span]:
    """Runs of 15 to 19 digits with a valid Luhn digit; those of Chinese banks (62) even without, with a doubt."""
    for match in _CARD.finditer(text):
        number = bare(match.group())
        if luhn(number):
            yield Span("bank_card", *match.span(), 2)
        elif number.startswith("62") and len(number) in (16, 17, 18, 19):
            yield Span("bank_card", *match.span(), 1, _("形似银行卡号，校验位不符"))


def passports(text: str) -> Iterator[Span]:
    """Chinese passport numbers by their form."""
    for match in _PASSPORT.finditer(text):
        yield Span("passport", *match.span(), 2)


def plates(text: str) -> Iterator[Span]:
    """Licence plates, new energy ones (six characters) included."""
    for match in _PLATE.finditer(text):
        yield Span("plate", *match.span(), 3)
