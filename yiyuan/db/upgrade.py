"""Bringing a database to this version's tables, and refusing one from a newer version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from yiyuan.db import stored_codes
from yiyuan.db.session import engine
from yiyuan.errors import Failed
from yiyuan.i18n import _
from yiyuan.settings import settings

SCRIPTS = Path(__file__).parents[1] / "migrations"


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config


def newest() -> str | None:
    """Id of the newest migration of this version."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    return ScriptDirectory.from_config(config).get_current_head()


def current(bound: Engine) -> str | None:
    """Id of the last migration a database has seen; None for an empty one."""
    with bound.connect().execution_options(read_only=True) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def check() -> str | None:
    """Failed for a database from a newer version; otherwise its migration id (None: empty)."""
    seen = current(engine(settings().sqlalchemy_url))
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if seen is not None and seen not in known:
        raise Failed(
            _("数据库由更新版本的一源建立（版本号 {seen}），请升级程序，或恢复与本版本对应的备份").format(seen=seen),
            field="database_url",
        )
    return seen


def upgrade() -> None:
    """Create or migrate the tables, in one transaction where the database can.

    Failed, and nothing is changed, when rows of an older version hold codes that this version cannot read.
    """
    settings().home.mkdir(mode=0o700, parents=True, exist_ok=True)
    seen = check()
    with engine(settings().sqlalchemy_url).begin() as connection:
        command.upgrade(_config(connection), "head")
        faults = stored_codes.unknown(connection) if seen not in (None, newest()) else []
        if faults:
            message = _("升级已取消，数据库未改动：{faults}。请联系维护人员改正这些行，再运行 yiyuan migrate")
            raise Failed(message.format(faults="；".join(map(str, faults))), field="database_url")


def draft(message: str) -> None:
    """Write a migration from the difference between tables and models (developers)."""
    with engine(settings().sqlalchemy_url).begin() as connection:
        command.revision(_config(connection), message, autogenerate=True)
