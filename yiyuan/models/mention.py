"""Threads (a post of ours or an outside post) and the mentions (提及) under them. Owned by `sentiment`."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from yiyuan.codes import Sentiment
from yiyuan.models.base import Base, Id, Line, Long, Short


class Thread(Base):
    """A post whose comments are watched: ours (`post_id`) or somebody else's."""

    __tablename__ = "thread"
    __table_args__ = (UniqueConstraint("platform", "external_id"),)

    id: Mapped[Id]
    platform: Mapped[Short]
    external_id: Mapped[Line]
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), unique=True)
    title: Mapped[Line] = mapped_column(default="")
    text: Mapped[Long] = mapped_column(default="")
    url: Mapped[Line] = mapped_column(default="")
    platform_count: Mapped[int | None] = mapped_column(
        doc="The platform's own comment count, highest seen; None: unknown."
    )
    stored_count: Mapped[int] = mapped_column(default=0, doc="Distinct mentions stored.")
    turned_at: Mapped[datetime | None] = mapped_column(doc="Since when all its comments count.")
    turned_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    cursor: Mapped[Line] = mapped_column(default="")
    polled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class ThreadCount(Base):
    """The platform's own comment count when it rose; tells later when a count crossed a tier."""

    __tablename__ = "thread_count"
    __table_args__ = (Index("ix_thread_count_thread_at", "thread_id", "at"),)

    id: Mapped[Id]
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"))
    at: Mapped[datetime]
    count: Mapped[int]


class Mention(Base):
    """A comment. Committed first, scored behind."""

    __tablename__ = "mention"
    __table_args__ = (
        UniqueConstraint("platform", "external_id"),
        Index("ix_mention_thread_written", "thread_id", "written_at"),
        # What was scored of late, per thread: the opening rules read nothing but this index.
        Index("ix_mention_scored", "scored_at", "thread_id", "p_negative"),
        # How a thread grew, batch by batch: the crossing of a tier is found from it.
        Index("ix_mention_thread_seen", "thread_id", "seen_at"),
    )

    id: Mapped[Id]
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"))
    platform: Mapped[Short]
    external_id: Mapped[Line]
    author: Mapped[Line] = mapped_column(default="")
    text: Mapped[Long]
    written_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)
    scored_at: Mapped[datetime | None]
    p_negative: Mapped[float | None]
    label: Mapped[Sentiment] = mapped_column(default=Sentiment.UNSCORED)
    signals: Mapped[list[str]] = mapped_column(default=list)
    targets: Mapped[list[str]] = mapped_column(default=list)
    copy_of: Mapped[int | None] = mapped_column(ForeignKey("mention.id"), doc="Near-copy: counted, shown apart.")
    event_id: Mapped[int | None] = mapped_column(
        ForeignKey("event.id"), index=True, doc="Event of a cluster it belongs to."
    )
