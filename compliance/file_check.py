"""Check a file of texts, one by one: what `yiyuan check` prints."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from compliance.advertising.active_pack import advertising
from compliance.runner import run
from compliance.types import Found, Package
from yiyuan.codes import TEXT_FACTS, CheckerName, ContentClass, VerdictKind
from yiyuan.i18n import _

#: Keys of a finding in the output, in this order.
_SHOWN = ("rule", "severity", "title", "start", "end", "excerpt", "basis", "basis_status", "suggestion", "learnt")


@dataclass(frozen=True)
class Line:
    """One text to check. `error` (Chinese) instead of a text when the line could not be read."""

    id: str
    text: str = ""
    content_class: ContentClass = ContentClass.KEPU
    facts: tuple[str, ...] = ()
    error: str = ""


def read(content: str, content_class: ContentClass) -> Iterator[Line]:
    """The texts of a file: of each line when the first is a JSON object, else the whole file as one text."""
    first = next((line for line in content.splitlines() if line.strip()), "")
    if not first.lstrip().startswith("{"):
        yield Line("1", content, content_class)
        return
    for number, line in enumerate(content.split("\n"), start=1):
        if line.strip():
            yield _read_line(number, line, content_class)


def _read_line(number: int, line: str, content_class: ContentClass) -> Line:
    try:
        given = json.loads(line)
    except ValueError as error:
        return Line(str(number), error=_("第 {number} 行不是 JSON：{error}").format(number=number, error=error))
    if not isinstance(given, dict) or not isinstance(given.get("text"), str):
        return Line(str(number), error=_("第 {number} 行没有 text").format(number=number))
    named, facts = given.get("ctx"), given.get("facts") or ()
    own = ContentClass.known(named) if named else content_class
    name = str(given.get("id", number))
    if own is None:
        return Line(name, given["text"], error=_("第 {number} 行的 ctx 不认识：{own}").format(number=number, own=named))
    return Line(name, given["text"], own, tuple(f for f in facts if f in TEXT_FACTS))


def judge(line: Line) -> dict[str, Any]:
    """The JSON object of one text: id, text, verdict, findings; `error` when it failed."""
    if line.error:
        return {"id": line.id, "text": line.text, "verdict": VerdictKind.FAILED, "findings": [], "error": line.error}
    texts = {"text": line.text}
    package = Package(texts=texts, content_class=line.content_class, facts=dict.fromkeys(line.facts, True))
    report = run(package, {CheckerName.ADVERTISING: _only_texts})
    result: dict[str, Any] = {"id": line.id, "text": line.text, "verdict": report.verdict}
    result["findings"] = [_shown(found) for found in report.found]
    if report.verdict == VerdictKind.FAILED:
        result["error"] = report.verdicts[0].note
    return result


def _only_texts(package: Package) -> list[Found]:
    """A bare text has no form, no consent and no platform: only the rules on texts apply; an empty one breaks none."""
    return advertising().check(package)


def _shown(found: Found) -> dict[str, Any]:
    fields = asdict(found)
    return {key: fields[key] for key in _SHOWN}
