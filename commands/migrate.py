"""`yiyuan migrate`: bring the database to this version."""

import typer

from yiyuan.db import upgrade
from yiyuan.i18n import _


def migrate() -> None:
    """Create or migrate the tables."""
    upgrade.upgrade()
    typer.echo(_("数据库已是本版本：{version}").format(version=upgrade.newest()))


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("migrate", help=_("把数据库升级到本版本。"))(migrate)
