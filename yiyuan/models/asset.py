"""Assets (素材) and the face tracks seen in them. Blobs are handled by `yiyuan.storage.media`."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from yiyuan.codes import AssetKind, AssetRole, FaceNaming
from yiyuan.models.base import Base, Id, Line, Long, Short


class Asset(Base):
    """A media file, content-addressed; an original is sealed. An erased one keeps its row and loses its key."""

    __tablename__ = "asset"

    id: Mapped[Id]
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"), index=True)
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"), index=True)
    source_id: Mapped[int | None] = mapped_column(
        ForeignKey("asset.id"), doc="The original a derived asset was made from."
    )
    kind: Mapped[AssetKind]
    role: Mapped[AssetRole]
    sha256: Mapped[str] = mapped_column(String(64), index=True, doc="Of the plain bytes.")
    blob: Mapped[Line] = mapped_column(doc="Path in the blob store.")
    key: Mapped[bytes | None] = mapped_column(doc="Wrapped AES-256-GCM key of a sealed asset; None: plain or erased.")
    filename: Mapped[Line] = mapped_column(default="")
    media_type: Mapped[Short] = mapped_column(default="application/octet-stream")
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    seconds: Mapped[float | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    frames: Mapped[int | None]
    profile: Mapped[Short] = mapped_column(
        default="", doc="Desensitisation profile and naming a derived asset was made with."
    )
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class Track(Base):
    """One face through one shot of a revision's video. Unnamed is masked.

    Staff and what is no face at all are kept, others masked, a patient too unless a consent is linked.
    """

    __tablename__ = "track"
    __table_args__ = (UniqueConstraint("revision_id", "number"),)

    id: Mapped[Id]
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), index=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    number: Mapped[int]
    first_frame: Mapped[int]
    last_frame: Mapped[int]
    first_seconds: Mapped[float]
    last_seconds: Mapped[float]
    score: Mapped[float]
    doubt: Mapped[Line] = mapped_column(default="", doc="Why a person should look, Chinese; empty: no doubt.")
    proposed: Mapped[bool] = mapped_column(default=False, doc="Largest and most frequent: probably the presenter.")
    boxes: Mapped[list[dict[str, Any]]] = mapped_column(default=list, doc="[{f, x, y, w, h}], pixels, some key frames.")
    face_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), doc="Sealed crop shown to the submitter.")
    strip_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), doc="Sealed crops along the track, one row.")
    strip: Mapped[list[dict[str, Any]]] = mapped_column(default=list, doc="[{s}], seconds of each crop of the strip.")
    naming: Mapped[FaceNaming] = mapped_column(default=FaceNaming.UNNAMED)
    named_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    named_at: Mapped[datetime | None]
    agreement: Mapped[Long] = mapped_column(default="", doc="Name and agreement of the staff member who is kept.")
