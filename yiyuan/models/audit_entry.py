"""The append-only audit chain (审计记录)."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from yiyuan.models.base import Base, Line, Short


class AuditEntry(Base):
    """One link: `hash` covers the entry and `previous`, the hash before it."""

    __tablename__ = "entry"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    actor: Mapped[Short] = mapped_column(doc="Name as it was then; 'system' for the machine.")
    action: Mapped[Short] = mapped_column(
        index=True, doc="A value of AuditAction; an older version may have written others."
    )
    subject: Mapped[Short] = mapped_column(index=True, doc="item:12, post:3, event:1 ...")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[Line] = mapped_column(default="")
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
