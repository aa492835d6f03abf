"""Findings (检查发现) and the verdict of each checker. Owned by `review`."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from yiyuan.codes import BasisStatus, CheckerName, Disposition, Severity, VerdictKind
from yiyuan.models.base import Base, Id, Line, Long, Short


class Finding(Base):
    """One hit of a checker. `excerpt` never shows an identifier in full."""

    __tablename__ = "finding"

    id: Mapped[Id]
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), index=True)
    checker: Mapped[CheckerName]
    rule: Mapped[Short]
    severity: Mapped[Severity]
    title: Mapped[Line] = mapped_column(doc="One Chinese sentence: what is wrong.")
    field: Mapped[Short] = mapped_column(default="", doc="Text field or 'video'.")
    start: Mapped[int | None] = mapped_column(doc="First character in the field of the redacted text.")
    end: Mapped[int | None]
    first_seconds: Mapped[float | None]
    last_seconds: Mapped[float | None]
    box: Mapped[dict[str, Any] | None] = mapped_column(doc="{x, y, w, h} in pixels of the video.")
    excerpt: Mapped[Line] = mapped_column(default="")
    basis: Mapped[Line] = mapped_column(default="", doc="Law and article by number.")
    basis_status: Mapped[BasisStatus] = mapped_column(default=BasisStatus.VERIFIED)
    suggestion: Mapped[Long] = mapped_column(default="")
    context: Mapped[str] = mapped_column(
        String(64), default="", doc="Digest of rule, severity and sentence: the same one is known again by it."
    )
    detection_index: Mapped[int | None] = mapped_column(
        doc="The detection it stands for: position from 0 among the hits of its kind (screen.*, speech.*, scene.*) in"
        " the film or attachment that `field` names, the track's number for face.doubt; None: it is no detection."
    )
    disposition: Mapped[Disposition] = mapped_column(default=Disposition.OPEN)
    disposed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    disposed_at: Mapped[datetime | None]
    reason: Mapped[Long] = mapped_column(default="")


class WaiverRequest(Base):
    """Somebody asks publicity to waive a finding; the finding stays open until publicity answers."""

    __tablename__ = "waiver_request"

    id: Mapped[Id]
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"), unique=True)
    reason: Mapped[Long] = mapped_column(doc="Why it may be written like that; asking again replaces it.")
    asked_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    answered_at: Mapped[datetime | None] = mapped_column(doc="None: it waits for publicity.")


class Verdict(Base):
    """What a checker said of a revision; a failed one is not a pass."""

    __tablename__ = "verdict"
    __table_args__ = (UniqueConstraint("revision_id", "checker"),)

    id: Mapped[Id]
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), index=True)
    checker: Mapped[CheckerName]
    verdict: Mapped[VerdictKind]
    note: Mapped[Long] = mapped_column(default="", doc="Chinese; why it was not checked or failed.")
    ticked_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), doc="Who confirmed by eye and ear.")
    ticked_at: Mapped[datetime | None]
