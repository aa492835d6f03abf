"""What people decided about covering: boxes, single identifiers, changed voices. Owned by `review`."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from yiyuan.codes import IdentifierDecision
from yiyuan.models.base import Base, Id, Line, Long, Short


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


#: What each IdentifierChoice.place_kind needs, and nothing besides.
PLACE_RULE = """
CASE place_kind
WHEN 'text' THEN field <> '' AND asset_digest = '' AND detection_index IS NULL
    AND coalesce(start, -1) >= 0 AND coalesce("end", -1) > start
WHEN 'screen' THEN field = '' AND asset_digest = '' AND coalesce(detection_index, -1) >= 0
    AND start IS NULL AND "end" IS NULL
WHEN 'attachment' THEN field = '' AND asset_digest <> '' AND coalesce(detection_index, -1) >= 0
    AND start IS NULL AND "end" IS NULL
ELSE false END
"""


class IdentifierChoice(Base):
    """What a person chose for one identifier; without a row it is labelled in texts and covered in pictures.

    Where it stands, `release.identifier_place` reads and names. A check holds each kind of place to its own columns.
    """

    __tablename__ = "hit_choice"
    __table_args__ = (
        # NULL equals no NULL: the first holds for places in texts alone, the second for those in pictures.
        UniqueConstraint("revision_id", "field", "start", "end"),
        UniqueConstraint("revision_id", "asset_digest", "detection_index"),
        CheckConstraint(PLACE_RULE, name="place"),
    )

    id: Mapped[Id]
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), index=True)
    place_kind: Mapped[Short] = mapped_column(doc="text, screen (the film) or attachment.")
    field: Mapped[Short] = mapped_column(default="", doc="Text field, e.g. title, tags.0, variant.3.body; else empty.")
    asset_digest: Mapped[str] = mapped_column(
        String(16), default="", doc="First 16 digits of the sha256 of the attached file; else empty."
    )
    start: Mapped[int | None] = mapped_column(doc="First character in the original text of the field.")
    end: Mapped[int | None]
    detection_index: Mapped[int | None] = mapped_column(
        doc="Position from 0 among the identifiers that were found in the film or the attached file."
    )
    choice: Mapped[IdentifierDecision]
    reason: Mapped[Long] = mapped_column(default="", doc="Why it is no patient's; only for keep.")
    chosen_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    chosen_at: Mapped[datetime]


class VoiceChange(Base):
    """A stretch of the film in which every voice is changed because a person asked for it."""

    __tablename__ = "voice_change"
    __table_args__ = (UniqueConstraint("revision_id", "first_seconds", "last_seconds"),)

    id: Mapped[Id]
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), index=True)
    first_seconds: Mapped[float] = mapped_column(doc="Whole milliseconds, from the first frame.")
    last_seconds: Mapped[float]
    chosen_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    chosen_at: Mapped[datetime]
