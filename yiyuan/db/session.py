"""The store: one engine per process, and `transaction`, the only way to a session.

SQLite runs in WAL mode with foreign keys on and takes its write lock at the start of a write transaction
(`BEGIN IMMEDIATE`), so two writers queue instead of failing half-way. PostgreSQL is reached through psycopg.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session

from yiyuan.settings import settings


def _on_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we begin ourselves, see _on_begin
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: Any) -> None:
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


@lru_cache
def engine(url: str) -> Engine:
    """The engine of a database URL, made once per process."""
    # An error quotes its statement in logs and in Prefect; the values in it may be texts about patients.
    bound = create_engine(url, pool_pre_ping=not url.startswith("sqlite"), hide_parameters=True)
    if bound.dialect.name == "sqlite":
        event.listen(bound, "connect", _on_connect)
        event.listen(bound, "begin", _on_begin)
    return bound


@contextmanager
def transaction(*, read_only: bool = False) -> Iterator[Session]:
    """A session that commits when the block ends and rolls back when it raises.

    `read_only` takes no write lock and is rolled back at the end. Attributes stay readable afterwards.
    """
    bound = engine(settings().sqlalchemy_url).execution_options(read_only=read_only)
    with Session(bound, expire_on_commit=False) as session:
        yield session
        if read_only:
            session.expunge_all()
            session.rollback()
        else:
            session.commit()
