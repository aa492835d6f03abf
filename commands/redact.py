"""`yiyuan redact`: identifiers out of text from stdin; with `--json`, JSONL in and JSONL out."""

import json
import sys
from typing import Annotated, Any

import typer

from privacy.text import redact as redact_text
from yiyuan.errors import BadInput
from yiyuan.texts import _


def redact(
    as_json: Annotated[bool, typer.Option("--json", help=_("每行一个 JSON：id、text"))] = False,
    allow: Annotated[list[str] | None, typer.Option(help=_("可以保留的文字，可多次给出"))] = None,
) -> None:
    """Read all of stdin, or line by line with --json."""
    if not as_json:
        sys.stdout.write(redact_text(sys.stdin.read(), allow=allow or []).text)
        return
    for number, line in enumerate(sys.stdin, 1):
        if line.strip():
            sys.stdout.write(json.dumps(_record(number, line, allow or []), ensure_ascii=False) + "\n")
            sys.stdout.flush()


def _record(number: int, line: str, allow: list[str]) -> dict[str, Any]:
    try:
        given = json.loads(line)
        identity, text = given["id"], given["text"]
    except (ValueError, TypeError, KeyError) as error:
        raise BadInput(_("第 {number} 行不是含 id 与 text 的 JSON").format(number=number), field="text") from error
    if not isinstance(text, str):
        raise BadInput(_("第 {number} 行的 text 不是文字").format(number=number), field="text")
    result = redact_text(text, allow=allow)
    findings = [{"kind": h.kind, "start": h.start, "end": h.end, "replacement": h.replacement} for h in result.hits]
    return {"id": identity, "text": result.text, "findings": findings}


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("redact", help=_("去除标准输入文本中的身份信息。"))(redact)
