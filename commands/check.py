"""`yiyuan check FILE|-`: check texts against the rule pack; exit code 0 clean, 1 found, 2 failed."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from compliance import file_check
from yiyuan.codes import ContentClass, Severity, VerdictKind
from yiyuan.errors import YiyuanError
from yiyuan.i18n import _
from yiyuan.text.decoding import decode

CLEAN, FOUND, FAILED = 0, 1, 2


def check(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help=_("文本文件或 JSONL 文件，- 表示标准输入"))],
    content_class: Annotated[
        str, typer.Option("--class", metavar="CLASS", help=", ".join(ContentClass))
    ] = ContentClass.KEPU.value,
    as_json: Annotated[bool, typer.Option("--json", help=_("每条文本输出一行 JSON"))] = False,
) -> None:
    """Check one text, or one per line of a JSONL file with `text` and optionally `id`, `ctx`, `facts`."""
    raise typer.Exit(_check(file, content_class, as_json=as_json))


def _check(file: str, content_class: str, *, as_json: bool) -> int:
    try:
        chosen = ContentClass.known(content_class)
        if chosen is None:
            typer.echo(_("内容类别只能是：{classes}").format(classes=", ".join(ContentClass)), err=True)
            return FAILED
        content = decode(sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes(), field="file", nul=True)
        verdicts = {_show(file_check.judge(line), as_json=as_json) for line in file_check.read(content, chosen)}
    except OSError as error:
        typer.echo(_("读不到文件 {file}：{reason}").format(file=file, reason=error.strerror), err=True)
        return FAILED
    except YiyuanError as error:
        typer.echo(error.message, err=True)
        return FAILED
    if verdicts & {VerdictKind.FAILED, VerdictKind.NOT_CHECKED}:
        return FAILED
    return FOUND if VerdictKind.FOUND in verdicts else CLEAN


def _show(result: dict[str, Any], *, as_json: bool) -> VerdictKind:
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
    else:
        _show_for_people(result)
    return VerdictKind.of(result["verdict"])


def _show_for_people(result: dict[str, Any]) -> None:
    verdict, number = VerdictKind.of(result["verdict"]), len(result["findings"])
    words = _("发现 {n} 处").format(n=number) if verdict is VerdictKind.FOUND else verdict.label
    typer.echo(f"{result['id']}：{words} {result.get('error', '')}".rstrip())
    for found in result["findings"]:
        place = f"{found['start']}-{found['end']}" if found["start"] is not None else _("整页")
        severity = Severity.of(found["severity"]).label
        typer.echo(f"  [{severity}] {found['rule']} {place} 「{found['excerpt']}」 {found['title']}")
        typer.echo(_("    依据：{basis}").format(basis=found["basis"]))
        typer.echo(_("    建议：{suggestion}").format(suggestion=found["suggestion"]))


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("check", help=_("用规则包检查文本：没有问题退出码 0，有问题 1，检查失败 2。"))(check)
