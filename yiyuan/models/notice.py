"""Notices to staff: in the app exactly once, outside at least once with a visible number (通知编号)."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from yiyuan.codes import NoticeKind, OutsideState
from yiyuan.models.base import Base, Id, Line, Long, Short


class Notice(Base):
    """A message to one person or to a role. `key` makes writing it twice harmless; `id` is the number people see."""

    __tablename__ = "notice"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[NoticeKind]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    role: Mapped[Short] = mapped_column(default="", doc="When not to one person.")
    title: Mapped[Line]
    body: Mapped[Long] = mapped_column(default="")
    link: Mapped[Line] = mapped_column(default="", doc="Path in the console, e.g. /items/12.")
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    tier: Mapped[int | None]
    urgent: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    acknowledged_at: Mapped[datetime | None]
    outside: Mapped[OutsideState] = mapped_column(
        default=OutsideState.PENDING, index=True, doc="none: there is no address."
    )
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None]
    sent_at: Mapped[datetime | None] = mapped_column(doc="When the first address took it.")
    error: Mapped[Long] = mapped_column(default="")


class NoticeDelivery(Base):
    """One outside address of a notice: tried until it took the notice or a person acknowledged it."""

    __tablename__ = "notice_delivery"

    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), primary_key=True)
    address_sha256: Mapped[str] = mapped_column(String(64), primary_key=True, doc="Addresses hold secrets.")
    attempts: Mapped[int] = mapped_column(default=0)
    taken_at: Mapped[datetime | None]
