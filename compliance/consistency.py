"""Fact drift: a platform's version must not say other numbers, units or negations than the approved text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from compliance.quantities import quantities
from compliance.types import Found, Package, VariantFact
from yiyuan.codes import CheckerName, Severity
from yiyuan.i18n import _
from yiyuan.text.folding import Folder

CHECKER = CheckerName.DRIFT
RULE_NUMBER, RULE_NEGATION = "FD01", "FD02"
_FOLDER = Folder(())
_MARKUP = re.compile(r"<[^<>]{1,2000}>")
_CLAUSE = re.compile(r"[。！？!?；;，,：:\n]")
_NEGATION = re.compile(
    "不(?=可以)|不可|不能|不要|不得|不宜|不应|不会|不是|不用|无需|无须|切勿|请勿|禁止|禁用|避免|没有|无法|未经|未能|未见"
    "|尚未|从未|勿|别再|别让|别把|别用|别吃|别喝|别去|不(?!适|同|良|仅|断|管|论|久|少|但|错)"
)
#: Share of common character pairs from which two clauses say the same.
_ALIKE = 0.7
_LEAST_CLAUSE = 5
#: Clauses compared per variant; the time is their product with the source's.
_MOST_CLAUSES = 300


@dataclass(frozen=True)
class _Clause:
    text: str
    start: int
    end: int
    denials: int
    pairs: frozenset[str]


def check(package: Package) -> list[Found] | str:
    """Findings of all variants against the texts of the package."""
    if not package.variants:
        return _("还没有平台版本，未核对与原文是否一致")
    source = "\n".join(text for field, text in package.texts.items() if not field.startswith("variant."))
    return [found for variant in package.variants for found in compare(source, variant)]


def compare(source: str, variant: VariantFact) -> list[Found]:
    """Findings of one variant; offsets are characters of its body without markup."""
    field = f"variant.{variant.platform}"
    body = _MARKUP.sub("", variant.body)
    return [*_numbers(source, body, field), *_negations(source, body, field)]


def _numbers(source: str, body: str, field: str) -> Iterator[Found]:
    known = list(quantities(_FOLDER.fold(source).text))
    meanings = {q.meaning for q in known}
    values = {q.value for q in known}
    view = _FOLDER.fold(body)
    for quantity in quantities(view.text):
        if quantity.meaning in meanings or (not quantity.unit and quantity.value in values):
            continue
        start, end = view.span(quantity.start, quantity.end)
        shown = body[start:end]
        if quantity.value in values:
            title = _("单位与原文不同：{shown}").format(shown=shown)
        else:
            title = _("原文中没有这个数字：{shown}").format(shown=shown)
        severity = Severity.MUST_FIX if quantity.unit else Severity.WARN
        suggestion = _("改回审核过的数字；确需改动的，修改原文并重新审核")
        yield Found(CHECKER, RULE_NUMBER, severity, title, field, start, end, shown, suggestion=suggestion)


def _negations(source: str, body: str, field: str) -> Iterator[Found]:
    known = list(_clauses(source))[:_MOST_CLAUSES]
    for clause in list(_clauses(body))[:_MOST_CLAUSES]:
        # The clause that says the same; one with the same negation goes before one without.
        shares = [len(clause.pairs & other.pairs) / max(len(clause.pairs | other.pairs), 1) for other in known]
        alike = [
            (share, other.denials == clause.denials, n)
            for n, (share, other) in enumerate(zip(shares, known, strict=True))
        ]
        best = max(alike, default=(0.0, False, 0))
        same = known[best[2]] if best[0] >= _ALIKE else None
        if same is not None and same.denials != clause.denials:
            title = _("与原文的否定不一致，原文是“{source}”").format(source=same.text[:40])
            yield Found(
                CHECKER, RULE_NEGATION, Severity.MUST_FIX, title, field, clause.start, clause.end, clause.text[:80],
                suggestion=_("核对“不”“没有”“避免”等字，改回原文的意思"),
            )  # fmt: skip


def _clauses(text: str) -> Iterator[_Clause]:
    start = 0
    for end in [*(m.start() for m in _CLAUSE.finditer(text)), len(text)]:
        clause = text[start:end]
        bare = _NEGATION.sub("", _FOLDER.word(clause)).replace(" ", "")
        if len(bare) >= _LEAST_CLAUSE:
            pairs = frozenset(a + b for a, b in pairwise(bare))
            yield _Clause(clause, start, end, len(_NEGATION.findall(clause)), pairs)
        start = end + 1
