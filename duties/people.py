"""Who does a duty: those on call, else the role's people, with deputies in the place of those who are away."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from yiyuan import clock
from yiyuan.models import Absence, OnCall, Staff
from yiyuan.staff import members


def absence_of(s: Session, staff_id: int, day: date) -> Absence | None:
    """The absence of a person on a day; the one entered last where two overlap."""
    query = (
        select(Absence)
        .where(
            Absence.staff_id == staff_id,
            Absence.first_day <= day,
            Absence.last_day >= day,
            Absence.cancelled_at.is_(None),
        )
        .order_by(Absence.id.desc())
    )
    return s.scalars(query.limit(1)).first()


def stand_in(s: Session, person: Staff, day: date) -> Staff | None:
    """The person herself when she is there, else her deputy, else the deputy's deputy; None: nobody is there.

    A loop of deputies (each away, each standing in for the other) ends at None.
    """
    seen: set[int] = set()
    current: Staff | None = person
    while current is not None and current.id not in seen:
        seen.add(current.id)
        absence = absence_of(s, current.id, day)
        if current.active and absence is None:
            return current
        deputy_id = (absence.deputy_id if absence else None) or current.deputy_id
        current = s.get(Staff, deputy_id) if deputy_id else None
    return None


def on_call(s: Session, role: str, department: str, moment: datetime) -> list[Staff]:
    """The people on call for a role at a moment, those who are away included."""
    query = (
        select(Staff)
        .join(OnCall, OnCall.staff_id == Staff.id)
        .where(OnCall.role == role, OnCall.starts_at <= moment, OnCall.ends_at > moment)
        .order_by(OnCall.starts_at, OnCall.id)
    )
    if department:
        query = query.where(OnCall.department.in_(("", department)))
    return _distinct(s.scalars(query))


def recipients(s: Session, role: str, department: str = "") -> list[Staff]:
    """Who should do a duty of a role now; empty: nobody holds the role, or everybody who does is away.

    A department without anybody of the role falls back on the whole hospital's.
    """
    moment, day = clock.now(), clock.today()
    for people in (
        on_call(s, role, department, moment),
        members.holders(s, role, department),
        members.holders(s, role),
    ):
        present = _distinct(filter(None, (stand_in(s, person, day) for person in people)))
        if present:
            return present
    return []


def deputies_of(s: Session, people: Sequence[Staff]) -> list[Staff]:
    """The standing deputies of people who do not answer, those who are there."""
    day = clock.today()
    deputies = (s.get(Staff, person.deputy_id) for person in people if person.deputy_id)
    present = (stand_in(s, deputy, day) for deputy in deputies if deputy is not None)
    return [person for person in _distinct(filter(None, present)) if person not in people]


def _distinct(people: Iterable[Staff]) -> list[Staff]:
    return list({person.id: person for person in people}.values())
