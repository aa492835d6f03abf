"""`yiyuan ingest FILE.csv`: take in a monitoring vendor's export."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from channels import registry
from sentiment.mentions import csv_import
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput
from yiyuan.i18n import _

if TYPE_CHECKING:
    from sentiment.mentions.csv_import import IngestReport


def _table(report: "IngestReport") -> Table:
    table = Table(title=_("导入结果"), show_header=False)
    for name, value in (
        (_("文件"), report.filename),
        (_("编码"), report.encoding),
        (_("行数"), str(report.rows)),
        (_("新提及"), str(report.new)),
        (_("已有（未重复计入）"), str(report.known)),
        (_("涉及帖子"), str(len(report.threads))),
        (_("没有用到的列"), "、".join(report.ignored) or "—"),
    ):
        table.add_row(name, value)
    return table


def ingest(path: Annotated[Path, typer.Argument(help=_("UTF-8 或 GB18030 编码的 CSV 文件"))]) -> None:
    """Store the mentions of a CSV file, all or none."""

    if not path.is_file():
        raise BadInput(_("找不到文件 {path}").format(path=path), field="path")
    with path.open("rb") as stream, transaction() as s:
        report = csv_import.ingest_csv(s, stream, filename=path.name, aliases=registry.aliases())
    Console().print(_table(report))


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("ingest", help=_("导入监测平台导出的 CSV。"))(ingest)
