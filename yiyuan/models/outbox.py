"""The outbox: steps that must run because a transaction said so."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from yiyuan.codes import OutboxState
from yiyuan.models.base import Base, Id, Long, Short


class OutboxRow(Base):
    """One step to run. `key` makes enqueuing twice harmless; a finished key may not run again.

    A failed one was given up: a person must look.
    """

    __tablename__ = "outbox"

    id: Mapped[Id]
    step: Mapped[Short] = mapped_column(doc="Name in flows.runtime.catalogue.")
    key: Mapped[str] = mapped_column(String(200), unique=True)
    args: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="Ids only.")
    state: Mapped[OutboxState] = mapped_column(default=OutboxState.READY, index=True)
    attempt: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    run_id: Mapped[Short] = mapped_column(default="", doc="Prefect flow run.")
    error: Mapped[Long] = mapped_column(default="")
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
