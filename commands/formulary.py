"""`yiyuan formulary import FILE.csv`: the hospital's own drugs and devices for the rule pack."""

from pathlib import Path
from typing import Annotated

import typer

from compliance import formulary
from yiyuan.errors import BadInput
from yiyuan.i18n import _


def import_file(path: Annotated[Path, typer.Argument(help=_("CSV 文件：通用名、商品名、类别、处方药"))]) -> None:
    """Replace the hospital's formulary by a CSV file, all or nothing."""
    if not path.is_file():
        raise BadInput(_("找不到文件 {path}").format(path=path), field="path")
    report = formulary.import_csv(path.read_bytes())
    names = sum(report.names.values())
    typer.echo(_("已导入 {rows} 行，共 {names} 个名称").format(rows=report.rows, names=names))
    if report.short:
        typer.echo(_("两个字的名称容易误报，请留意：{names}").format(names="、".join(report.short[:20])))


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    group = typer.Typer(no_args_is_help=True, help=_("医院自己的药品与器械目录。"))
    # A second command keeps typer from dropping the name of a lone one.
    group.callback()(lambda: None)
    group.command("import", help=_("导入 CSV，替换原目录。"))(import_file)
    app.add_typer(group, name="formulary")
