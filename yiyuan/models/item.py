"""Items (稿件), their revisions (版本) and platform variants (平台版本). Owned by `review`."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from yiyuan.codes import AiLabel, ContentClass, IntakeStage, ItemState
from yiyuan.models.base import Base, Id, Line, Long, Short


class Item(Base):
    """One piece of content. `version` counts state changes and guards every compare-and-set."""

    __tablename__ = "item"

    id: Mapped[Id]
    title: Mapped[Line]
    author_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    department: Mapped[Short]
    content_class: Mapped[ContentClass]
    policy: Mapped[Short] = mapped_column(doc="Name of the file in review/policies.")
    state: Mapped[ItemState] = mapped_column(index=True, default=ItemState.DRAFT, doc="Posts exist from approved on.")
    level: Mapped[int] = mapped_column(default=0, doc="Level that is open while in review, else 0.")
    version: Mapped[int] = mapped_column(default=1)
    revision_number: Mapped[int] = mapped_column(default=1, doc="Number of the current revision.")
    planned_at: Mapped[datetime | None] = mapped_column(doc="When the posts should go out; None: once approved.")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class Revision(Base):
    """A snapshot of an item; immutable once `digest` is set (the end of `naming`).

    `texts` holds the redacted texts by field (title, summary, script, caption, subtitles, source, author_line,
    department_line, disclaimer); the original texts are a sealed asset with role "texts".
    """

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("item_id", "number"),)

    id: Mapped[Id]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    number: Mapped[int]
    editors: Mapped[list[int]] = mapped_column(
        default=list, doc="Staff ids who edited this revision, the last one last."
    )
    texts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    tags: Mapped[list[str]] = mapped_column(default=list)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="Page facts: address, phone, qr, link, price.")
    declared: Mapped[dict[str, Any]] = mapped_column(
        default=dict, doc="What the author declared: surgical (yes, no), voice (changed)."
    )
    ai_label: Mapped[AiLabel] = mapped_column(default=AiLabel.NONE)
    ai_verified_by: Mapped[Short] = mapped_column(default="")
    digest: Mapped[str | None] = mapped_column(String(64), index=True)
    frozen_at: Mapped[datetime | None]
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), doc="Who accepted the redactions.")
    accepted_at: Mapped[datetime | None]
    return_reason: Mapped[Long] = mapped_column(default="", doc="Why the revision before this one came back.")
    stage: Mapped[IntakeStage] = mapped_column(default=IntakeStage.QUEUED, doc="Of the intake.")
    progress: Mapped[float] = mapped_column(default=0.0, doc="Share of the intake that is done, 0 to 1.")
    eta_seconds: Mapped[float | None]
    failure: Mapped[Long] = mapped_column(default="", doc="Chinese message of a failed intake.")
    lease_until: Mapped[datetime | None]
    attempt: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


class Variant(Base):
    """What one account on one platform gets from a revision."""

    __tablename__ = "variant"
    __table_args__ = (UniqueConstraint("revision_id", "account_id"),)

    id: Mapped[Id]
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    platform: Mapped[Short]
    title: Mapped[Line]
    body: Mapped[Long] = mapped_column(doc="Caption of a video, HTML of an article.")
    tags: Mapped[list[str]] = mapped_column(default=list)
    cover_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    video_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="Platform fields, e.g. tid and copyright on B站.")
