"""Names of people: by form fields, by the words around them, and by guess (surname and jieba)."""

import re
from collections.abc import Iterator

from privacy.pii.lexicon import either
from privacy.pii.spans import Span
from privacy.pii.surnames import guessable, name_at
from privacy.pii.tokeniser import HAN, Word, is_chinese, tagged
from yiyuan.i18n import _

_DOTTED = rf"[{HAN}]{{1,8}}(?:[·•・][{HAN}]{{1,8}}){{1,3}}"
_SPREAD = rf"(?P<v>{_DOTTED}|[{HAN}](?:[ \t]{{0,3}}[{HAN}]){{1,4}})"
_RUNNING = rf"(?P<v>{_DOTTED}|[{HAN}]{{2,4}})"
_TITLED = rf"(?:(?:{either('name_labels')}|本人|客户|就诊人|被检者|送检者)?的?(?:姓名|名字)|名[ ]?字|Name)"
_FIELDS = (
    re.compile(rf"(?:{_TITLED}|{either('name_labels')})[ \t]{{0,4}}[:：=][ \t]{{0,4}}{_SPREAD}"),
    re.compile(rf"(?:姓[ ]{{0,4}}名)[ \t]{{0,4}}[:：]?[ \t\n]{{0,4}}{_SPREAD}"),
)
_LATIN = re.compile(
    r"(?:Patient(?: Name)?|Name|姓名)[ \t]*[:：][ \t]*(?P<v>[A-Z][A-Za-z]+(?:[ ,^]{1,2}[A-Z][A-Za-z]+){1,2})"
)
_ROLE = re.compile(rf"(?:{either('roles')})[ ]?[“\"「]?{_RUNNING}")
_BESIDE = (
    re.compile(
        rf"{_RUNNING}[ ]?[，,、\s][ ]?(?:性别[:：])?[男女]性?[ ]?[，,、\s/]?[ ]?(?:年龄[:：]?)?\d{{1,3}}[ ]?(?:岁|Y)"
    ),
    re.compile(rf"{_RUNNING}[ ]?[，,：:（(、][ ]?(?:性别[:：]?)?[男女](?=[，,、；;。）)\s])"),
    re.compile(rf"{_RUNNING}[ ]?[（(，,][ ]?(?:化名[，,])?\d{{1,3}}岁"),
    re.compile(rf"{_RUNNING}(?=女士|先生|小姐|大爷|大妈|大娘|阿姨|奶奶|爷爷|老人|同学|小朋友)"),
)
_TITLE = rf"(?:{either('staff_ranks')})*(?:{either('staff_titles')})"
_STAFF_AFTER = re.compile(
    rf"[ \t\n]{{0,3}}[，,（(]?[^。！？，,\n]{{0,4}}?{_TITLE}|[ \t\n]{{1,3}}[^。！？\n，,]{{0,10}}{_TITLE}"
)
_STAFF_BEFORE = re.compile(rf"(?:{either('staff_labels')})[ ]*[:：/|｜、 ][ ]*$|(?:{either('staff_titles')})$")
_ADDRESSED = re.compile(rf"(?:{either('forms_of_address')})$")
_NEXT_LABEL = re.compile(either("next_labels"))
_BLANK = re.compile(r"\s")


def fields(text: str) -> Iterator[Span]:
    """Names behind a label with a colon; behind 姓名 whatever the surname, and even without a colon."""
    for pattern in _FIELDS:
        for match in pattern.finditer(text):
            end = _field_end(text, *match.span("v"), proven="名" in match.group()[:6])
            if end > match.start("v") + 1:
                yield Span("name", match.start("v"), end, 3)
    for match in _LATIN.finditer(text):
        yield Span("name", *match.span("v"), 3)


def _field_end(text: str, start: int, end: int, *, proven: bool) -> int:
    """Where the name of a field ends: blanks inside it count (张 三), the next label does not."""
    label = _NEXT_LABEL.search(text, start, min(len(text), end + 3))
    end = min(end, label.start()) if label else end
    squeezed = _BLANK.sub("", text[start:end])
    known = name_at(squeezed, 0, len(squeezed)) if squeezed else 0
    if not known and not proven:
        return start
    wanted = known if known and len(squeezed) > 4 else len(squeezed)
    while len(_BLANK.sub("", text[start:end])) > wanted:
        end -= 1
    return start + len(text[start:end].rstrip())


def in_context(text: str) -> Iterator[Span]:
    """Names after a word such as 患者, before sex and age, or before a form of address."""
    for match in _ROLE.finditer(text):
        start = match.start("v")
        end = _running_end(text, start, name_at(text, *match.span("v")))
        if end > start and not _is_staff(text, start, end):
            yield Span("name", start, end, 2)
    for pattern in _BESIDE:
        for match in pattern.finditer(text):
            start, end = match.span("v")
            begins = (at for at in range(start, end - 1) if name_at(text, at, end) == end)
            yield from (Span("name", at, end, 2) for at in [next(begins, end)] if at < end)


def _running_end(text: str, start: int, end: int) -> int:
    """Shorten a name to the words jieba sees: 患者李建国入院 ends before 入院; 患者高度紧张 holds none."""
    words = tagged(text[start : end + 6]) if end > start else []
    if not words or _is_ordinary(words):
        return start
    first = words[0]
    if first.is_name and 1 < len(first.text) <= end - start:
        return start + len(first.text)
    if len(first.text) == 1 and len(words) > 1 and len(words[1].text) > 2 and end - start == 3:
        return start + 2
    return end


def _is_ordinary(words: list[Word]) -> bool:
    """An ordinary word begins here (高度), or a preposition and what it governs (于 昨日)."""
    first, second = words[0], words[1] if len(words) > 1 else None
    if len(first.text) > 1:
        return not first.is_name and first.flag[0] in "vadcpnrtm"
    return first.flag[0] in "pcduv" and second is not None and len(second.text) > 1 and not second.is_name


def guessed(text: str) -> Iterator[Span]:
    """What jieba takes for a name and a surname begins; names of colleagues beside their title are left alone."""
    before = Word("", "", 0)
    for word in tagged(text) if is_chinese(text) else ():
        end = word.start + len(word.text)
        start = before.start if len(before.text) == 1 and guessable(before.text) else word.start  # 王 / 秀英
        before = word
        if not word.is_name or end - start < 2 or not guessable(text[start:end]) or _ADDRESSED.search(word.text):
            continue
        if name_at(text, start, end) == end and not _is_staff(text, start, end):
            yield Span("name", start, end, 1, _("仅凭姓氏和词法判断的人名"))


def _is_staff(text: str, start: int, end: int) -> bool:
    return bool(_STAFF_AFTER.match(text, end) or _STAFF_BEFORE.search(text, max(0, start - 12), start))
