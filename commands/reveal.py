"""`yiyuan reveal MAP --reason ...`: redacted text from stdin as it was before, for who holds the key and says why."""

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from commands.redact import record_of
from privacy.api import reversible
from yiyuan import audit
from yiyuan.codes import AuditAction
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, Failed
from yiyuan.i18n import _

REASON_LEAST = 4


def reveal(
    map_file: Annotated[Path, typer.Argument(help=_("redact --map 写出的映射文件"))],
    reason: Annotated[str, typer.Option(help=_("查看原文的理由"))] = "",
    key_file: Annotated[Path | None, typer.Option(help=_("脱敏时用的密钥文件；不给则用本系统的密钥"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_("每行一个 JSON：id、text"))] = False,
) -> None:
    """Nothing is opened without a reason, and with the installation's key not without an entry in its audit log."""
    if len(reason.strip()) < REASON_LEAST:
        message = _("请用 --reason 写明查看原文的理由（至少 {least} 个字）")
        raise BadInput(message.format(least=REASON_LEAST), field="reason")
    key, name = reversible.key_of(key_file), reversible.digest(map_file)
    if key.kind == "keyring":
        _record(name, reason.strip())
    opened = reversible.Map(map_file, key)
    if not as_json:
        sys.stdout.write(opened.opened(sys.stdin.read()))
        return
    for number, line in enumerate(sys.stdin, 1):
        if line.strip():
            identity, text = record_of(number, line)
            sys.stdout.write(
                json.dumps({"id": identity, "text": opened.opened(text, identity)}, ensure_ascii=False) + "\n"
            )


def _record(name: str, reason: str) -> None:
    """The entry comes first and is committed: whatever fails after it, somebody tried."""
    try:
        with transaction() as s:
            detail = {"map": name, "uid": os.getuid()}
            audit.append(s, None, AuditAction.REDACTION_REVEAL, f"map:{name[:16]}", detail, note=reason[:400])
    except (SQLAlchemyError, OSError) as error:
        raise Failed(_("审计记录写不进去，没有打开原文：请先检查数据库")) from error


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("reveal", help=_("凭密钥和理由还原脱敏文本。"))(reveal)
