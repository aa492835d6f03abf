"""Duties for the pages: what may be done with each, and everybody's open ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from duties import duties, subjects
from duties.subjects import Subject
from yiyuan.models import Duty, Staff


@dataclass(frozen=True)
class Acts:
    """What a person may do with the duties of a page. `colleagues`: (id, name and department) to hand one over to."""

    doable: frozenset[int]
    colleagues: Sequence[tuple[int, str]]


def acts(s: Session, staff: Staff, rows: Sequence[Duty]) -> Acts:
    """Read what may be done; duties that ended can only be read."""
    doable = frozenset(duty.id for duty in rows if duty.end is None and duties.may_do(s, duty, staff))
    others = s.scalars(select(Staff).where(Staff.active, Staff.id != staff.id).order_by(Staff.department, Staff.id))
    return Acts(doable, [(person.id, " ".join(filter(None, (person.name, person.department)))) for person in others])


def by_subject(s: Session, rows: Sequence[Duty]) -> list[tuple[Subject, list[Duty]]]:
    """The duties of each subject, the subject of the earliest due one first."""
    groups: dict[tuple[str, int], list[Duty]] = {}
    for duty in rows:
        groups.setdefault((duty.subject_kind, duty.subject_id), []).append(duty)
    return [
        (subjects.source(found[0].subject_kind).describe(s, found[0].subject_id), found) for found in groups.values()
    ]


def every_open(s: Session) -> list[Duty]:
    """Everybody's open duties, the most urgent first."""
    return list(s.scalars(select(Duty).where(Duty.ended_at.is_(None)).order_by(Duty.due_at, Duty.id).limit(500)))
