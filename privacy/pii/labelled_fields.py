"""Values that only the label beside them tells: record, bed and insurance numbers, dates of birth, addresses."""

import re
from collections.abc import Iterator

from privacy.pii.spans import Span, digits, labelled
from yiyuan.i18n import _

_CODE = r"[A-Za-z]{0,5}[ -]?\d[\dA-Za-z]*(?:-\d[\dA-Za-z]*| \d{3,}(?!\d*[床岁年月]))*"
_END = r"(?![0-9A-Za-z])"
_DATE = r"(?:19|20)\d{2}[ ]?[-年./][ ]?\d{1,2}[ ]?(?:[-月./][ ]?(?:\d{1,2}[ ]?[日号]?)?)?"
_RECORD = labelled(
    r"(?:住院|门诊|病案|病历|病例|就诊|登记|检查|影像|标本|样本|病理|条码|处方|医嘱|放射|超声|内镜|透析|手术|体检|申请单|流水)"
    r"(?:卡|单)?(?:号码?|编号|No\.?|ID)|(?:患者|病人|就诊)(?:ID|编号|号)|(?:CT|MR|MRI|DR|X光|X线|B超)号|"
    r"MRN|PID|Patient ?ID|Accession(?: ?No\.?)?",
    rf"(?=[^\s]*\d{{3}}|(?:[^\n]?\d){{4}}){_CODE}",
)
_BED = labelled(
    r"(?<!病)床(?:位?号|位)|病床号?|Bed", rf"[A-Za-z加+]?\d{{1,4}}(?:-\d{{1,3}})?[床号]?(?![\d张个余多]){_END}"
)
_BED_AFTER = re.compile(
    r"(?<![\d.设置有达共放余张约/-])(?:[A-Z]|加|\+)?\d{1,3}(?:-\d{1,2})?(?:号?病?床)(?![位旁单边垫头上架])"
)
_INSURANCE = labelled(
    r"(?:医保|社保|社会保障|医疗保险|新农合|参保|保险)(?:卡|证|个人|人员)?(?:号码?|编号|账号|卡号|证号)",
    rf"[A-Za-z]{{0,3}}\d[\dA-Za-z -]{{5,22}}[\dA-Za-z]{_END}",
)
_BANK = labelled(
    r"银行(?:卡|账)[号户]?(?:码)?|(?:收款|还款|汇款|个人)?(?:卡号|账号|账户)", rf"\d{digits('11,20')}{_END}"
)
_PASSPORT = labelled(r"护照(?:号码?)?|通行证(?:号码?)?|Passport(?: ?No\.?)?", rf"[A-Za-z]{{0,2}}\d{{6,9}}{_END}")
_PHONE = labelled(
    r"电话(?:号码)?|手机号?码?|联系方式|热线|座机|传真|Tel\.?|Phone", rf"(?:0\d{{2,3}}[ -]?)?\d{digits('6,10')}{_END}"
)
_BIRTH = labelled(
    r"出生(?:日期|年月日?|时间)?[于在]?|生日|生于|DOB|Birth ?(?:date|day)?", rf"(?:{_DATE}|(?:19|20)\d{{6}}{_END})"
)
_BIRTH_AFTER = re.compile(rf"{_DATE}(?=[ ]?(?:出生|生人|生于|生[，,。；;\s]))")
_ADDRESS = labelled(
    r"(?:家庭|现|户籍|联系|通讯|居住|常|工作)?(?:住址|地址|住所|居住地|户籍地)|籍贯",
    r"(?=[一-龥])[^\s，,。；;：:！!？?|（(的]{4,40}",
)


def _found(kind: str, pattern: "re.Pattern[str]", text: str) -> Iterator[Span]:
    for match in pattern.finditer(text):
        yield Span(kind, *match.span("v"), 2)


def numbers(text: str) -> Iterator[Span]:
    """Record, insurance, account, passport and telephone numbers behind their labels."""
    yield from _found("record_number", _RECORD, text)
    yield from _found("insurance", _INSURANCE, text)
    yield from _found("bank_card", _BANK, text)
    yield from _found("passport", _PASSPORT, text)
    yield from _found("landline", _PHONE, text)


def beds(text: str) -> Iterator[Span]:
    """Bed numbers behind a label, or before the word bed; a number of beds (开放床位 500 张) is none."""
    yield from _found("bed", _BED, text)
    for match in _BED_AFTER.finditer(text):
        yield Span("bed", *match.span(), 1, _("可能是床号"))


def births(text: str) -> Iterator[Span]:
    """Dates of birth: a date beside a word of birth."""
    yield from _found("birth_date", _BIRTH, text)
    for match in _BIRTH_AFTER.finditer(text):
        yield Span("birth_date", *match.span(), 2)


def addresses(text: str) -> Iterator[Span]:
    """What stands in an address field."""
    yield from _found("address", _ADDRESS, text)
