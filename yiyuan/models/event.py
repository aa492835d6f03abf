"""Negative events (舆情事件) and their time line. Counted by `sentiment`; tier and duties set by `playbooks`."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from yiyuan.codes import EventState, TimelineKind
from yiyuan.models.base import Base, Id, Line, Long, Short


class Event(Base):
    """A negative topic. `tier` never falls by itself."""

    __tablename__ = "event"

    id: Mapped[Id]
    title: Mapped[Line]
    state: Mapped[EventState] = mapped_column(default=EventState.OPEN, index=True)
    playbook: Mapped[Short] = mapped_column(default="opinion", doc="Name of the file in playbooks/.")
    why: Mapped[Line] = mapped_column(doc="Rule that opened it, Chinese.")
    volume: Mapped[int] = mapped_column(default=0)
    copies: Mapped[int] = mapped_column(default=0, doc="Near-copies among the stored mentions.")
    tier: Mapped[int] = mapped_column(default=0, doc="0: the playbook has not run yet.")
    proposed_tier: Mapped[int] = mapped_column(default=0)
    proposal: Mapped[Line] = mapped_column(default="", doc="Why a higher tier is proposed, Chinese.")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    known_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    closing_note: Mapped[Long] = mapped_column(default="")


class EventThread(Base):
    """A thread of an event: `whole` counts all its comments, otherwise only those attached to the event."""

    __tablename__ = "event_thread"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), primary_key=True)
    whole: Mapped[bool] = mapped_column(default=False)


class TierCrossing(Base):
    """The moment an event reached a tier: when the crossing mention was stored, and when the first notice left."""

    __tablename__ = "crossing"
    __table_args__ = (UniqueConstraint("event_id", "tier"),)

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    tier: Mapped[int]
    volume: Mapped[int]
    crossed_at: Mapped[datetime] = mapped_column(doc="When the mention or count that crosses was committed.")
    raised_at: Mapped[datetime]
    noticed_at: Mapped[datetime | None] = mapped_column(doc="When the first outside notice was delivered.")


class VolumePoint(Base):
    """One point of the volume curve, written by each watch cycle that changes it."""

    __tablename__ = "volume_point"
    __table_args__ = (Index("ix_volume_point_event_at", "event_id", "at"),)

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    at: Mapped[datetime]
    volume: Mapped[int]
    negative: Mapped[int] = mapped_column(default=0)


class TimelineEntry(Base):
    """What happened in an event, in words."""

    __tablename__ = "timeline_entry"

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    kind: Mapped[TimelineKind]
    text: Mapped[Long]
