"""Notices as rows: written with the change they tell of, sent outside afterwards by `notifications.outside`."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from yiyuan import audit, clock
from yiyuan.codes import AuditAction, NoticeKind, OutsideState
from yiyuan.errors import Missing, Refused
from yiyuan.i18n import _
from yiyuan.models import Notice, NoticeDelivery, Staff

#: Seconds before the n-th repetition of an outside notice; the last one repeats.
BACK_OFF = (5, 30, 120, 600, 3600)


def post(
    s: Session,
    *,
    key: str,
    kind: NoticeKind,
    title: str,
    body: str = "",
    link: str = "",
    staff_id: int | None = None,
    role: str = "",
    event_id: int | None = None,
    tier: int | None = None,
    urgent: bool = False,
) -> None:
    """Write a notice to a person or a role. The same key twice is one notice."""
    if s.scalar(select(Notice.id).where(Notice.key == key)) is not None:
        return
    s.add(
        Notice(
            key=key,
            kind=kind,
            title=title,
            body=body,
            link=link,
            staff_id=staff_id,
            role=role,
            event_id=event_id,
            tier=tier,
            urgent=urgent,
            created_at=clock.now(),
        )
    )
    s.flush()


def _addressed(staff: Staff) -> ColumnElement[bool]:
    return or_(Notice.staff_id == staff.id, Notice.staff_id.is_(None) & Notice.role.in_(staff.roles))


def _meant_for(notice: Notice, staff: Staff) -> bool:
    return notice.staff_id == staff.id or (notice.staff_id is None and notice.role in staff.roles)


def for_staff(s: Session, staff: Staff, *, limit: int = 100) -> list[Notice]:
    """The newest notices of a person, those to one of their roles included."""
    return list(s.scalars(select(Notice).where(_addressed(staff)).order_by(Notice.id.desc()).limit(limit)))


def unacknowledged(s: Session, staff: Staff) -> int:
    """How many notices wait for this person, those to one of their roles included."""
    return s.scalar(select(func.count()).where(_addressed(staff), Notice.acknowledged_at.is_(None))) or 0


def acknowledge(s: Session, notice_id: int, staff: Staff) -> None:
    """The person has seen it; stops repetition and escalation."""
    notice = s.get(Notice, notice_id)
    if notice is None:
        raise Missing(_("通知 {number} 不存在").format(number=notice_id))
    if not _meant_for(notice, staff):
        raise Refused(_("这条通知不是发给您的"))
    settle(s, notice, staff)


def settle(s: Session, notice: Notice, staff: Staff) -> None:
    """A person has seen it, or did what it asks for; what was not delivered outside yet is not tried again."""
    if notice.acknowledged_at is None:
        notice.acknowledged_by, notice.acknowledged_at = staff.id, clock.now()
        if notice.outside == OutsideState.PENDING:
            notice.outside = OutsideState.SENT if notice.sent_at else OutsideState.SETTLED
        audit.append(s, staff, AuditAction.NOTICE_ACKNOWLEDGE, f"notice:{notice.id}")


def pending(s: Session, limit: int) -> list[Notice]:
    """Notices that should go outside now, urgent ones first."""
    moment = clock.now()
    due = or_(Notice.not_before.is_(None), Notice.not_before <= moment)
    query = select(Notice).where(Notice.outside == OutsideState.PENDING, due)
    return list(s.scalars(query.order_by(Notice.urgent.desc(), Notice.id).limit(limit)))


def taken_addresses(s: Session, notice_id: int) -> set[str]:
    """The addresses that took a notice, as their sha256."""
    query = select(NoticeDelivery.address_sha256).where(
        NoticeDelivery.notice_id == notice_id, NoticeDelivery.taken_at.is_not(None)
    )
    return set(s.scalars(query))


def record_round(s: Session, notice_id: int, tried: Mapping[str, bool]) -> Notice:
    """One round over the addresses that had not taken it: sha256 to whether it did. The rest is tried again later.

    A notice that a person acknowledged meanwhile is not tried again; one that nobody took stays pending for ever.
    """
    notice = s.get_one(Notice, notice_id)
    for address, took in tried.items():
        delivery = s.get(NoticeDelivery, (notice_id, address)) or NoticeDelivery(
            notice_id=notice_id, address_sha256=address, attempts=0
        )
        delivery.attempts += 1
        delivery.taken_at = clock.now() if took else None
        s.add(delivery)
    if any(tried.values()) and notice.sent_at is None:
        notice.sent_at = clock.now()
    left = sum(not took for took in tried.values())
    notice.error = _("{n} 个地址没有收下").format(n=left) if left else ""
    if notice.outside == OutsideState.PENDING:
        if not left:
            notice.outside = OutsideState.SENT
        delay = BACK_OFF[min(notice.attempts, len(BACK_OFF) - 1)]
        notice.not_before = clock.now() + timedelta(seconds=delay)
    notice.attempts += 1
    return notice


def mark_no_address(s: Session, notice_id: int) -> None:
    """Nobody it is meant for has an outside address: in the app only."""
    s.get_one(Notice, notice_id).outside = OutsideState.NONE
