"""Stored codes that this version does not know: a row with such a value cannot be read, so it is found beforehand."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, String, cast, func, select

from yiyuan.i18n import _
from yiyuan.models import Base, Staff
from yiyuan.models.base import Coded
from yiyuan.staff.roles import Role


@dataclass(frozen=True)
class UnknownCode:
    """A value in a column of codes that no member has; rows: how many carry it."""

    table: str
    column: str
    value: str
    rows: int

    def __str__(self) -> str:
        return _("表 {table} 的 {column} 有 {rows} 行的值“{value}”本版本不认识").format(
            table=self.table, column=self.column, rows=self.rows, value=self.value
        )


def unknown(connection: Connection) -> list[UnknownCode]:
    """Every unknown code of a database that has this version's tables. Reads each table of codes once a column."""
    return [*_in_columns(connection), *_roles(connection)]


def _in_columns(connection: Connection) -> Iterator[UnknownCode]:
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Coded):
                values = [member.value for member in column.type.code]
                plain = select(cast(column, String), func.count()).where(column.is_not(None)).group_by(column)
                for value, rows in connection.execute(plain).tuples():
                    if value not in values:
                        yield UnknownCode(table.name, column.name, str(value), rows)


def _roles(connection: Connection) -> Iterator[UnknownCode]:
    known = {role.value for role in Role}
    table = Staff.__table__
    found: dict[str, int] = {}
    for (written,) in connection.execute(select(cast(table.c.roles, String))).tuples():
        for role in _listed(written) - known:
            found[role] = found.get(role, 0) + 1
    for role, rows in sorted(found.items()):
        yield UnknownCode(table.name, "roles", role, rows)  # type: ignore[attr-defined]


def _listed(written: str | None) -> set[str]:
    """The members of a JSON list of words; what is no such list, as it is written."""
    try:
        value = json.loads(written or "")
    except ValueError:
        value = None
    if not isinstance(value, list) or not all(isinstance(role, str) for role in value):
        return {str(written)}
    return set(value)
