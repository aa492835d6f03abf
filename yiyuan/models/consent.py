"""Consents (知情同意书)."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from yiyuan.models.base import Base, Id, Line, Long


class Consent(Base):
    """Written consent of one patient, named only by a label such as 患者A."""

    __tablename__ = "consent"

    id: Mapped[Id]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    subject: Mapped[Line] = mapped_column(doc="Label, never the name.")
    uses: Mapped[list[str]] = mapped_column(default=list)
    channels: Mapped[list[str]] = mapped_column(default=list, doc="Platforms covered; ['*'] means all.")
    from_day: Mapped[date]
    to_day: Mapped[date | None]
    minor: Mapped[bool] = mapped_column(default=False, doc="The subject is under age: a guardian signed as well.")
    guardian: Mapped[Line] = mapped_column(default="", doc="Who signed for a minor.")
    scan_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    note: Mapped[Long] = mapped_column(default="")
    recorded_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class TrackConsent(Base):
    """Links a face track that stays visible to the consent that allows it."""

    __tablename__ = "track_consent"

    track_id: Mapped[int] = mapped_column(ForeignKey("track.id"), primary_key=True)
    consent_id: Mapped[int] = mapped_column(ForeignKey("consent.id"))
