"""`yiyuan ingest FILE.csv`: take in a monitoring vendor's export."""

from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from yiyuan.errors import BadInput
from yiyuan.store import transaction
from yiyuan.texts import _


def _table(report: Any) -> Table:
    table = Table(title=_("导入结果"))
    table.add_column(_("项目"))
    table.add_column(_("值"), justify="right")
    for each in fields(report):
        table.add_row(each.name, str(getattr(report, each.name)))
    return table


def ingest(path: Annotated[Path, typer.Argument(help=_("UTF-8 或 GB18030 编码的 CSV 文件"))]) -> None:
    """Store the mentions of a CSV file, all or none."""
    from sentiment import intake

    if not path.is_file():
        raise BadInput(_("找不到文件 {path}").format(path=path), field="path")
    with path.open("rb") as stream, transaction() as s:
        report = intake.ingest_csv(s, stream, filename=path.name)
    Console().print(_table(report))


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("ingest", help=_("导入监测平台导出的 CSV。"))(ingest)
