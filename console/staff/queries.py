"""People and their logins, for the administrator."""

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from yiyuan import clock
from yiyuan.errors import Missing
from yiyuan.i18n import _
from yiyuan.models import Staff, WebSession


def everybody(s: Session) -> list[Staff]:
    """All staff, active ones first."""
    return list(s.scalars(select(Staff).order_by(Staff.active.desc(), Staff.department, Staff.id)))


def open_logins(s: Session) -> Counter[int]:
    """How many sessions each person has open."""
    return Counter(s.scalars(select(WebSession.staff_id).where(WebSession.expires_at > clock.now())))


def person(s: Session, staff_id: int) -> Staff:
    """A person; Missing when there is none."""
    found = s.get(Staff, staff_id)
    if found is None:
        raise Missing(_("没有这位人员"))
    return found


def names(s: Session) -> dict[int, str]:
    """Name of every person by id."""
    return {row.id: row.name for row in s.execute(select(Staff.id, Staff.name))}
