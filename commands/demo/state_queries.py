"""What the demo reads from the database: states to wait for, and the facts of its summary."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from yiyuan.codes import STOPPING, AssetKind, AssetRole, Disposition, ItemState, PostState
from yiyuan.errors import Failed
from yiyuan.i18n import _
from yiyuan.models import (  # fmt: skip
    Account,
    Asset,
    Decision,
    Event,
    Finding,
    Item,
    OutboxRow,
    Post,
    Revision,
    Staff,
    TierCrossing,
    Track,
    VolumePoint,
)


def newest_item(s: Session) -> int:
    """Id of the item submitted last."""
    return s.scalars(select(Item.id).order_by(Item.id.desc())).first() or 0


def accounts(s: Session) -> list[str]:
    """Ids of the connected accounts, as the form's choices show them."""
    return [str(number) for number in s.scalars(select(Account.id).where(Account.active).order_by(Account.id))]


def revision(s: Session, item_id: int) -> Revision:
    """The current revision of an item."""
    item = s.get_one(Item, item_id)
    where = Revision.item_id == item.id, Revision.number == item.revision_number
    return s.scalars(select(Revision).where(*where)).one()


def in_state(item_id: int, *states: str, level: int | None = None) -> Callable[[Session], str | None]:
    """A look that finds the item in one of these states; an intake that failed ends the wait with its message."""

    def look(s: Session) -> str | None:
        item = s.get_one(Item, item_id)
        if item.state == ItemState.INTAKE_FAILED and "intake_failed" not in states:
            raise Failed(_("处理失败：{message}").format(message=revision(s, item_id).failure))
        return item.state if item.state in states and level in (None, item.level) else None

    return look


def findings(s: Session, item_id: int) -> list[Finding]:
    """What the checks found in every revision of an item, oldest first."""
    ids = select(Revision.id).where(Revision.item_id == item_id)
    return list(s.scalars(select(Finding).where(Finding.revision_id.in_(ids)).order_by(Finding.id)))


def open_stops(s: Session, item_id: int) -> list[Finding]:
    """What still stops the current revision."""
    where = Finding.revision_id == revision(s, item_id).id, Finding.disposition == Disposition.OPEN
    return list(s.scalars(select(Finding).where(*where, Finding.severity.in_(STOPPING))))


def tracks(s: Session, item_id: int) -> list[Track]:
    """The faces of the current revision."""
    where = Track.revision_id == revision(s, item_id).id
    return list(s.scalars(select(Track).where(where).order_by(Track.number)))


def posts(s: Session, item_id: int) -> list[Post]:
    """The posts of an item."""
    return list(s.scalars(select(Post).where(Post.item_id == item_id).order_by(Post.id)))


def all_live(s: Session, item_id: int) -> bool | None:
    """True once every post of the item is live."""
    return True if all(post.state == PostState.LIVE for post in posts(s, item_id)) else None


def derived_video(s: Session, item_id: int) -> Asset | None:
    """The desensitised video of the current revision."""
    where = Asset.revision_id == revision(s, item_id).id, Asset.role == AssetRole.VIDEO, Asset.kind == AssetKind.DERIVED
    return s.scalars(select(Asset).where(*where).order_by(Asset.id.desc())).first()


def decisions(s: Session, item_id: int) -> list[dict[str, Any]]:
    """Who signed what, in order."""
    rows = s.execute(
        select(Decision, Staff.name, Revision.number)
        .join(Staff, Staff.id == Decision.staff_id)
        .join(Revision, Revision.id == Decision.revision_id)
        .where(Revision.item_id == item_id)
        .order_by(Decision.id)
    )
    return [
        {
            "revision": number,
            "level": decision.level,
            "by": name,
            "verdict": decision.verdict,
            "signed_at": decision.signed_at.isoformat(),
        }
        for decision, name, number in rows
    ]


def crossings(s: Session, event_id: int) -> list[TierCrossing]:
    """The tiers an event has reached."""
    return list(s.scalars(select(TierCrossing).where(TierCrossing.event_id == event_id).order_by(TierCrossing.tier)))


def event_facts(s: Session, event_id: int) -> dict[str, Any]:
    """Volume, tier and, per crossing, the volume and the seconds from the crossing mention to the first notice."""
    event = s.get_one(Event, event_id)
    points = s.scalars(select(VolumePoint).where(VolumePoint.event_id == event_id)).all()
    found = [
        {
            "tier": crossing.tier,
            "volume": crossing.volume,
            "seconds_to_raise": (crossing.raised_at - crossing.crossed_at).total_seconds(),
            "seconds_to_notice": (crossing.noticed_at - crossing.crossed_at).total_seconds()
            if crossing.noticed_at
            else None,
        }
        for crossing in crossings(s, event_id)
    ]
    return {"id": event.id, "volume": event.volume, "tier": event.tier, "points": len(points), "crossings": found}


def runs(s: Session) -> list[dict[str, str]]:
    """The Prefect runs that the outbox started."""
    rows = s.scalars(select(OutboxRow).where(OutboxRow.run_id != "").order_by(OutboxRow.id))
    return [{"step": row.step, "key": row.key, "run": row.run_id} for row in rows]
