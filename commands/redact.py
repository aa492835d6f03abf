"""`yiyuan redact`: identifiers out of text from stdin; `--json` for JSONL in and out, `--map` for a sealed way back."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from privacy.api import redact as redact_text
from privacy.api import reversible
from yiyuan.errors import BadInput
from yiyuan.i18n import _


def redact(
    as_json: Annotated[bool, typer.Option("--json", help=_("每行一个 JSON：id、text"))] = False,
    allow: Annotated[list[str] | None, typer.Option(help=_("可以保留的文字，可多次给出"))] = None,
    map_file: Annotated[
        Path | None, typer.Option("--map", help=_("把去除的内容加密写入此文件，日后凭密钥和理由用 reveal 还原"))
    ] = None,
    key_file: Annotated[Path | None, typer.Option(help=_("加密映射用的密钥文件；不给则用本系统的密钥"))] = None,
) -> None:
    """Read all of stdin, or line by line with --json. What was taken out is kept only with --map, sealed."""
    if key_file is not None and map_file is None:
        raise BadInput(_("--key-file 要和 --map 一起使用"), field="key_file")
    entries = _entries(as_json, allow or [])
    if map_file is None:
        for _entry in entries:
            pass
    else:
        reversible.write(map_file, reversible.key_of(key_file), entries)


def _entries(as_json: bool, allow: list[str]) -> Iterator[bytes]:
    """Writes each redacted text out and gives the entry of its way back."""
    if not as_json:
        original = sys.stdin.read()
        done = redact_text(original, allow=allow)
        sys.stdout.write(done.text)
        yield reversible.entry(None, original, done)
        return
    for number, line in enumerate(sys.stdin, 1):
        if line.strip():
            identity, text = record_of(number, line)
            result = redact_text(text, allow=allow)
            findings = [
                {"kind": h.kind, "start": h.start, "end": h.end, "replacement": h.replacement} for h in result.hits
            ]
            record = {"id": identity, "text": result.text, "findings": findings}
            entry = reversible.entry(identity, text, result)
            sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
            sys.stdout.flush()
            yield entry


def record_of(number: int, line: str) -> tuple[Any, str]:
    """Id and text of a line of JSON; BadInput when it is none."""
    try:
        given = json.loads(line)
        identity, text = given["id"], given["text"]
    except (ValueError, TypeError, KeyError) as error:
        raise BadInput(_("第 {number} 行不是含 id 与 text 的 JSON").format(number=number), field="text") from error
    if not isinstance(text, str):
        raise BadInput(_("第 {number} 行的 text 不是文字").format(number=number), field="text")
    return identity, text


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("redact", help=_("去除标准输入文本中的身份信息。"))(redact)
