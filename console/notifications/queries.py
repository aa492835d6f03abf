"""How many notices wait for a person; every page shows it."""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from yiyuan.models import Notice, Staff


def unseen(s: Session, staff: Staff) -> int:
    """Notices to the person or to one of the person's roles that nobody acknowledged."""
    addressed = or_(Notice.staff_id == staff.id, Notice.staff_id.is_(None) & Notice.role.in_(staff.roles))
    return s.scalar(select(func.count()).where(addressed, Notice.acknowledged_at.is_(None))) or 0
