"""`yiyuan migrate`: bring the database to this version."""

import typer

from yiyuan import schema
from yiyuan.texts import _


def migrate() -> None:
    """Create or migrate the tables."""
    schema.upgrade()
    typer.echo(_("数据库已是本版本：{version}").format(version=schema.newest()))


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("migrate", help=_("把数据库升级到本版本。"))(migrate)
