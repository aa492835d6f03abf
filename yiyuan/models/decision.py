"""Review stages (审核环节) and decisions (审核意见). Owned by `review`."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from yiyuan.codes import DecisionVerdict
from yiyuan.models.base import Base, Id, Long, Short


class ReviewLevel(Base):
    """One level opened for one revision: who may sign, until when."""

    __tablename__ = "stage"
    __table_args__ = (UniqueConstraint("revision_id", "level"),)

    id: Mapped[Id]
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), index=True)
    level: Mapped[int]
    name: Mapped[Short]
    roles: Mapped[list[str]] = mapped_column(default=list)
    department: Mapped[Short] = mapped_column(default="", doc="Only people of this department; empty: any.")
    quorum: Mapped[int] = mapped_column(default=1, doc="Approvals needed; 0: all who are eligible.")
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    due_uncertain: Mapped[bool] = mapped_column(
        default=False, doc="The holiday table does not cover it: shown as 待核."
    )
    remind_at: Mapped[list[str] | None] = mapped_column(doc="ISO times of the reminders, set when it opened.")
    reminded_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class Decision(Base):
    """A signature. `mac` is an HMAC over everything that was signed."""

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("revision_id", "staff_id"),)

    id: Mapped[Id]
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), index=True)
    level: Mapped[int]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    delegate_of: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    verdict: Mapped[DecisionVerdict]
    reason: Mapped[Long] = mapped_column(default="")
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="Level 1: the self-check, item by item.")
    digest: Mapped[str] = mapped_column(String(64))
    findings_digest: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime]
    mac: Mapped[str] = mapped_column(String(64))


class Sheet(Base):
    """The signed record (审批单) of an approved revision; outlives the item."""

    __tablename__ = "sheet"

    id: Mapped[Id]
    item_id: Mapped[int] = mapped_column(index=True)
    revision_id: Mapped[int] = mapped_column(unique=True)
    content: Mapped[dict[str, Any]]
    mac: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
