"""Audit entries by who, what, on what and when."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from yiyuan.audit import SYSTEM
from yiyuan.codes import AuditAction, AuditSubject
from yiyuan.i18n import _
from yiyuan.models import AuditEntry, Staff
from yiyuan.settings import settings

PER_PAGE = 50


@dataclass(frozen=True)
class Filter:
    """What to look for; empty parts match everything. `to_day` is included."""

    actor: str = ""
    action: AuditAction | None = None
    kind: AuditSubject | None = None
    number: str = ""
    from_day: date | None = None
    to_day: date | None = None


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(settings().timezone)).astimezone(UTC)


def _query(wanted: Filter) -> Select[tuple[AuditEntry]]:
    query = select(AuditEntry)
    if wanted.actor == _("系统"):
        query = query.where(AuditEntry.actor == SYSTEM)
    elif wanted.actor:
        by_login = AuditEntry.actor_id.in_(select(Staff.id).where(Staff.login == wanted.actor))
        query = query.where(by_login | AuditEntry.actor.contains(wanted.actor, autoescape=True))
    if wanted.action:
        query = query.where(AuditEntry.action == wanted.action.value)
    if wanted.number:
        kinds = [wanted.kind] if wanted.kind else list(AuditSubject)
        query = query.where(AuditEntry.subject.in_([f"{kind}:{wanted.number}" for kind in kinds]))
    elif wanted.kind:
        of_kind = AuditEntry.subject.startswith(f"{wanted.kind}:", autoescape=True)
        query = query.where(of_kind | (AuditEntry.subject == wanted.kind.value))
    if wanted.from_day:
        query = query.where(AuditEntry.at >= _start(wanted.from_day))
    if wanted.to_day:
        query = query.where(AuditEntry.at < _start(wanted.to_day + timedelta(days=1)))
    return query


def entries(s: Session, wanted: Filter, *, page: int = 1, per_page: int = PER_PAGE) -> tuple[list[AuditEntry], int]:
    """One page of entries, newest first, and how many there are."""
    total = s.scalar(select(func.count()).select_from(_query(wanted).subquery())) or 0
    query = _query(wanted).order_by(AuditEntry.number.desc()).limit(per_page).offset((page - 1) * per_page)
    return list(s.scalars(query)), total


def of_subject(s: Session, subject: str, limit: int = 100) -> list[AuditEntry]:
    """The history of one thing, newest first."""
    return list(
        s.scalars(
            select(AuditEntry).where(AuditEntry.subject == subject).order_by(AuditEntry.number.desc()).limit(limit)
        )
    )
