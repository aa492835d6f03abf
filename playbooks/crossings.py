"""The second clock of a tier: from the moment it was crossed to the first notice that somebody outside received."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from yiyuan.models import Notice, TierCrossing


def record_notice(s: Session, notice: Notice) -> None:
    """The first delivered notice of a tier closes the crossing's clock; any other notice changes nothing."""
    if notice.event_id is None or notice.tier is None:
        return
    query = select(TierCrossing).where(TierCrossing.event_id == notice.event_id, TierCrossing.tier == notice.tier)
    crossing = s.scalar(query)
    if crossing is not None and crossing.noticed_at is None:
        crossing.noticed_at = notice.sent_at
