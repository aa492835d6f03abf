"""`yiyuan prefect-yaml`: write prefect.yaml from the catalogue of steps."""

from pathlib import Path
from typing import Annotated

import typer

from yiyuan.i18n import _


def prefect_yaml(target: Annotated[Path, typer.Argument(help=_("写到哪个文件"))] = Path("prefect.yaml")) -> None:
    """Write the file."""
    from flows.runtime.prefect_yaml import text

    target.write_text(text(), "utf-8")
    typer.echo(_("已写入 {path}").format(path=target))


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("prefect-yaml", help=_("由步骤目录生成 prefect.yaml。"))(prefect_yaml)
