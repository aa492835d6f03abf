"""Re-scans (规则复查) of what is live after the rule pack changed. Owned by `review.lifecycle.rescan`."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from yiyuan.codes import RescanDecision
from yiyuan.models.base import Base, Id, Long, Short


class Rescan(Base):
    """One walk over everything that is live, with one version of the pack; it goes on where it stopped."""

    __tablename__ = "rescan"

    id: Mapped[Id]
    version: Mapped[Short] = mapped_column(doc="Version of the pack.")
    last_revision_id: Mapped[int] = mapped_column(default=0, doc="Revisions up to this one were checked.")
    checked: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class RescanHit(Base):
    """A revision the pack would not let pass any more, until a person decides."""

    __tablename__ = "rescan_hit"
    __table_args__ = (UniqueConstraint("rescan_id", "revision_id"),)

    id: Mapped[Id]
    rescan_id: Mapped[int] = mapped_column(ForeignKey("rescan.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), index=True)
    found: Mapped[list[dict[str, Any]]] = mapped_column(
        default=list, doc="[{rule, severity, title, field, excerpt, basis, suggestion}]"
    )
    decision: Mapped[RescanDecision] = mapped_column(default=RescanDecision.OPEN)
    reason: Mapped[Long] = mapped_column(default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
