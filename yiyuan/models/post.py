"""Posts (发布单), their attempt ledger and the hand-offs of assisted channels. Owned by `channels.delivery.deliver`."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from yiyuan.codes import AttemptOutcome, PostState
from yiyuan.models.base import Base, Id, Line, Long, Short


class Post(Base):
    """A variant to be delivered to an account at a time."""

    __tablename__ = "post"
    __table_args__ = (UniqueConstraint("variant_id"), UniqueConstraint("platform", "external_id"))

    id: Mapped[Id]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), index=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    platform: Mapped[Short]
    state: Mapped[PostState] = mapped_column(default=PostState.PLANNED, index=True)
    version: Mapped[int] = mapped_column(default=1)
    due_at: Mapped[datetime] = mapped_column(index=True)
    not_before: Mapped[datetime | None] = mapped_column(
        doc="No call before this time (grace, back-off, platform review)."
    )
    lease_until: Mapped[datetime | None]
    token: Mapped[str] = mapped_column(String(64), doc="Release token (HMAC), recomputed at send time.")
    marker: Mapped[Short] = mapped_column(doc="Unique text by which a lost submit is found again.")
    progress: Mapped[dict[str, Any]] = mapped_column(
        default=dict, doc="What the platform gave so far and nothing else: upload token, media id ..."
    )
    accepted_at: Mapped[datetime | None] = mapped_column(doc="Since when the platform checks it, or first did.")
    withdraw_reason: Mapped[str | None] = mapped_column(Text, doc="Why it has to be gone, Chinese; None: it may stay.")
    external_id: Mapped[Line | None]
    url: Mapped[Line] = mapped_column(default="")
    message: Mapped[Long] = mapped_column(default="", doc="Chinese; why it waits, was refused or is parked.")
    sandbox: Mapped[bool] = mapped_column(default=False)
    metrics: Mapped[dict[str, Any]] = mapped_column(
        default=dict, doc="views, likes, shares, comments; absent means unknown."
    )
    live_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    recalled_at: Mapped[datetime | None] = mapped_column(index=True, doc="Since when it has to be gone.")
    gone_at: Mapped[datetime | None] = mapped_column(doc="When it was gone: the platform or a person's proof says so.")
    created_at: Mapped[datetime]


class Attempt(Base):
    """One call or series of calls for a post, written before the first byte leaves."""

    __tablename__ = "attempt"
    __table_args__ = (UniqueConstraint("post_id", "number"),)

    id: Mapped[Id]
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    number: Mapped[int]
    step: Mapped[Short] = mapped_column(doc="AttemptStep, or a step of the adapter (Channel.step_labels).")
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[AttemptOutcome] = mapped_column(
        default=AttemptOutcome.OPEN, doc="Open: running, or its process was killed."
    )
    detail: Mapped[Long] = mapped_column(default="")


class ManualPosting(Base):
    """The operator's task of an assisted channel: a pack to post by hand and the proof that it was."""

    __tablename__ = "handoff"

    id: Mapped[Id]
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), unique=True)
    pack_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    proof_url: Mapped[Line] = mapped_column(default="")
    proof_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    created_at: Mapped[datetime]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    done_at: Mapped[datetime | None]
    removal_proof_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), doc="Screenshot: it is gone.")
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    removed_at: Mapped[datetime | None]


class ReleaseHold(Base):
    """The button that holds all releases; the newest open row counts."""

    __tablename__ = "hold"

    id: Mapped[Id]
    reason: Mapped[Long]
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    set_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    set_at: Mapped[datetime]
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    lifted_at: Mapped[datetime | None]
