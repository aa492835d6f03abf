"""Names of people: by form fields, by the words around them, and by guess (surname and jieba), each with its strength."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from privacy.recognise.spans import Span
from privacy.recognise.surnames import COMMON, COMPOUND, COMPOUND_FIRST, KNOWN, LABELS, NOT_GIVEN, ROLES, SINGLE, STAFF_AFTER, STAFF_BEFORE
from yiyuan.settings import settings
from yiyuan.texts import _

_HAN = "一-龥㐀-䶿"
_DOTTED = rf"[{_HAN}]{{1,8}}(?:[·•・][{_HAN}]{{1,8}}){{1,3}}"
_FIELD = re.compile(rf"(?:{LABELS})[ \t]{{0,4}}[:：=][ \t]{{0,4}}(?P<v>{_DOTTED}|[{_HAN}](?:[ \t]{{0,3}}[{_HAN}]){{1,4}})")
_FIELD_BARE = re.compile(rf"(?:姓[ ]{{0,4}}名)[ \t]{{0,4}}[:：]?[ \t\n]{{0,4}}(?P<v>{_DOTTED}|[{_HAN}](?:[ \t]{{0,3}}[{_HAN}]){{1,4}})")
_FIELD_LATIN = re.compile(r"(?:Patient(?: Name)?|Name|姓名)[ \t]*[:：][ \t]*(?P<v>[A-Z][A-Za-z]+(?:[ ,^]{1,2}[A-Z][A-Za-z]+){1,2})")
_ROLE = re.compile(rf"(?:{ROLES})[ ]?[“\"「]?(?P<v>{_DOTTED}|[{_HAN}]{{2,4}})")
_CLINICAL = re.compile(rf"(?P<v>{_DOTTED}|[{_HAN}]{{2,4}})[ ]?[，,、\s][ ]?(?:性别[:：])?[男女](?:性)?[ ]?[，,、\s/]?[ ]?(?:年龄[:：]?)?\d{{1,3}}[ ]?(?:岁|Y)")
_AGED = re.compile(rf"(?P<v>[{_HAN}]{{2,4}})[ ]?[（(，,][ ]?(?:化名[，,])?\d{{1,3}}岁")
_STAFF_AFTER = re.compile(rf"[ \t\n]{{0,3}}[，,（(]?[^。！？\n]{{0,4}}?{STAFF_AFTER}|[ \t\n]{{1,3}}[^。！？\n，,]{{0,10}}{STAFF_AFTER}")
_STAFF_BEFORE = re.compile(rf"{STAFF_BEFORE}$")


def name_at(text: str, start: int, end: int) -> int:
    """End of the personal name that begins at `start`, at most `end`; `start` when none does."""
    if "·" in text[start:end] or "•" in text[start:end]:
        return end
    family = 2 if text[start : start + 2] in COMPOUND else 1 if text[start] in SINGLE else 0
    if not family:
        return start
    last = start + family
    while last < min(end, start + family + 2) and text[last] not in NOT_GIVEN:
        last += 1
    return last if last > start + family and text[start:last] not in KNOWN else start


def fields(text: str) -> Iterator[Span]:
    """Names behind a label with a colon, whatever the surname; behind 姓名 even without one."""
    for pattern in (_FIELD, _FIELD_BARE):
        for match in pattern.finditer(text):
            end = _field_end(text, *match.span("v"), proven="名" in match.group()[:6])
            if end > match.start("v") + 1:
                yield Span("name", match.start("v"), end, 3)
    for match in _FIELD_LATIN.finditer(text):
        yield Span("name", *match.span("v"), 3)


_TITLE = re.compile("(?:大夫|医生|医师|护士|老师|主任|教授|院长|女士|先生|小姐|阿姨|大爷|大妈|奶奶|爷爷|同学|某|总|姐|哥|叔|婶|伯|[卡费率症病])$")
_NEXT_LABEL = re.compile("性别|年龄|科室|科别|床号|住院|门诊|病案|病历|诊断|日期|电话|手机|身份|出生|民族|籍贯|职业|住址|地址|男|女")


def _field_end(text: str, start: int, end: int, *, proven: bool) -> int:
    """Where the name of a field ends: blanks inside it count (张 三), the next label does not."""
    label = _NEXT_LABEL.search(text, start, min(len(text), end + 3))
    if label and label.start() < end:
        end = label.start()
    squeezed = re.sub(r"\s", "", text[start:end])
    known = name_at(squeezed, 0, len(squeezed))
    if not known and not proven:
        return start
    want = known if known and len(squeezed) > 4 else len(squeezed)
    while len(re.sub(r"\s", "", text[start:end])) > want:
        end -= 1
    return start + len(text[start:end].rstrip())


def in_context(text: str) -> Iterator[Span]:
    """Names after a word such as 患者, or before sex and age."""
    for match in _ROLE.finditer(text):
        end = _cut(text, match.start("v"), name_at(text, *match.span("v")))
        if end > match.start("v") and not _is_staff(text, match.start("v"), end):
            yield Span("name", match.start("v"), end, 2)
    for pattern in (_CLINICAL, _AGED):
        for match in pattern.finditer(text):
            for start in range(match.start("v"), match.end("v") - 1):
                if name_at(text, start, match.end("v")) == match.end("v"):
                    yield Span("name", start, match.end("v"), 2)
                    break


def guessed(text: str) -> Iterator[Span]:
    """What jieba takes for a name and a surname begins; names of colleagues beside their title are left alone."""
    for word, start in _name_words(text):
        end = name_at(text, start, start + max(len(word), 2))
        if end == start + len(word) and text[start] in COMMON | COMPOUND_FIRST and not _TITLE.search(word) and not _is_staff(text, start, end):
            yield Span("name", start, end, 1, _("仅凭姓氏和词法判断的人名"))


def _cut(text: str, start: int, end: int) -> int:
    """Shorten a name in running text to the words jieba sees: 患者李建国入院 ends before 入院; 患者高度紧张 holds none."""
    if end <= start:
        return start
    words = list(_tagger().lcut(text[start : end + 6]))
    first = words[0]
    if len(first.word) > 1 and not first.flag.startswith("nr") and first.flag[0] in "vadcpnrtm":
        return start  # an ordinary word begins here
    if first.flag in ("p", "c", "d", "u", "ul", "v") and len(words) > 1 and len(words[1].word) > 1 and words[1].flag[:2] != "nr":
        return start  # 病人于昨日
    if first.flag.startswith("nr") and 1 < len(first.word) <= end - start:
        return int(start + len(first.word))
    if len(first.word) == 1 and len(words) > 1 and len(words[1].word) > end - start - 1 and end - start == 3:
        return start + 2 if len(words[1].word) > 2 else end
    return end


def _is_staff(text: str, start: int, end: int) -> bool:
    return bool(_STAFF_AFTER.match(text, end) or _STAFF_BEFORE.search(text, max(0, start - 12), start))


def _name_words(text: str) -> Iterator[tuple[str, int]]:
    offset = 0
    for pair in _tagger().cut(text):
        if pair.flag in ("nr", "nrfg"):
            yield pair.word, offset
        offset += len(pair.word)


@lru_cache(maxsize=1)
def _tagger() -> Any:
    """A tagger of our own, with its cache in the data folder: jieba's default is a file in /tmp that anybody may plant."""
    import jieba
    import jieba.posseg

    jieba.setLogLevel("ERROR")
    tokenizer = jieba.Tokenizer()
    cache = settings().home.resolve() / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    tokenizer.tmp_dir = str(cache)
    return jieba.posseg.POSTokenizer(tokenizer)
