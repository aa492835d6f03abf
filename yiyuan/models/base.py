"""Declarative base and column types shared by all tables."""

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import JSON, DateTime, Dialect, LargeBinary, MetaData, String, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

from yiyuan.codes import ALL, Code


class UTCDateTime(TypeDecorator[datetime]):
    """A time in UTC; a naive time is refused instead of guessed."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime: use yiyuan.clock.now()")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Coded(TypeDecorator[Code]):
    """A code as its value in a VARCHAR. Any other value raises ValueError, in a statement and in a row that is read."""

    impl = String(64)
    cache_ok = True

    def __init__(self, code: type[Code]) -> None:
        super().__init__()
        self.code = code

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else self.code.of(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> Code | None:
        return None if value is None else self.code.of(value)


class Base(DeclarativeBase):
    """Base of all tables; constraint names are fixed so that migrations can drop them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UTCDateTime,
        dict[str, Any]: JSON().with_variant(JSONB(), "postgresql"),
        list[str]: JSON().with_variant(JSONB(), "postgresql"),
        list[int]: JSON().with_variant(JSONB(), "postgresql"),
        list[dict[str, Any]]: JSON().with_variant(JSONB(), "postgresql"),
        bytes: LargeBinary,
        **{code: Coded(code) for code in ALL},
    }


Id = Annotated[int, mapped_column(primary_key=True)]
Short = Annotated[str, mapped_column(String(64))]
Line = Annotated[str, mapped_column(String(400))]
Long = Annotated[str, mapped_column(Text)]
