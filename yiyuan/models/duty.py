"""Duties (任务) that a playbook starts. Owned by `playbooks`."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from yiyuan.models.base import Base, Id, Line, Long, Short


class Duty(Base):
    """One step given to a role. Its state follows from the times; it is overdue when `due_at` has passed undone."""

    __tablename__ = "duty"
    __table_args__ = (UniqueConstraint("event_id", "tier", "key"),)

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    tier: Mapped[int]
    key: Mapped[Short] = mapped_column(doc="Name of the duty in the playbook.")
    title: Mapped[Line]
    role: Mapped[Short]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    due_uncertain: Mapped[bool] = mapped_column(default=False)
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    acknowledged_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    done_at: Mapped[datetime | None]
    result: Mapped[Long] = mapped_column(default="")
    escalated_at: Mapped[datetime | None]
