"""What people decided about covering: boxes they drew, and what becomes of single identifiers. Owned by `review`."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from yiyuan.models.base import Base, Id, Line, Long, Short

#: IdentifierChoice.choice: label (患者A, ［电话］), remove (nothing is left), keep (a person says: no patient's).
IDENTIFIER_CHOICES = ("label", "remove", "keep")


class MaskBox(Base):
    """A box that a person drew over a time span of an original. A removed one keeps its row and covers nothing."""

    __tablename__ = "manual_mask"

    id: Mapped[Id]
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), index=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), doc="The original it covers.")
    x: Mapped[int] = mapped_column(doc="Pixels of the picture as it is shown, from its top left corner.")
    y: Mapped[int]
    w: Mapped[int]
    h: Mapped[int]
    first_seconds: Mapped[float] = mapped_column(doc="Seconds of the video, pages or frames of a picture from 0.")
    last_seconds: Mapped[float]
    note: Mapped[Line] = mapped_column(default="", doc="What is under it, never who.")
    drawn_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    drawn_at: Mapped[datetime]
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    removed_at: Mapped[datetime | None]


class IdentifierChoice(Base):
    """What a person chose for one identifier; without a row it is labelled in texts and covered in pictures.

    A stretch of the film whose voice is changed is a choice as well (place `voice:{from}-{to}`, seconds; label).
    """

    __tablename__ = "hit_choice"
    __table_args__ = (UniqueConstraint("revision_id", "place"),)

    id: Mapped[Id]
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), index=True)
    place: Mapped[Line] = mapped_column(
        doc="{field}:{start}-{end} in the original text, screen:{index}, or voice:{from}-{to}."
    )
    choice: Mapped[Short]
    reason: Mapped[Long] = mapped_column(default="", doc="Why it is no patient's; only for keep.")
    chosen_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    chosen_at: Mapped[datetime]
