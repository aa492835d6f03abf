"""Duties: acknowledged, finished, and escalated when they are late."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from playbooks.engine import respond
from playbooks.schema import named
from yiyuan import audit, clock, notices
from yiyuan.errors import BadInput, Conflict, Missing, Refused
from yiyuan.models import Duty, Event, Notice, Staff, TimelineEntry
from yiyuan.people import Role, role_name
from yiyuan.store import transaction
from yiyuan.texts import _

#: Beside the duty's own role: who leads the response may do everybody's.
LEADS = (Role.crisis_lead, Role.leader)


def acknowledge(s: Session, staff: Staff, duty_id: int) -> Duty:
    """A person takes the duty and becomes its owner. Twice by the same person is harmless; by another a Conflict."""
    duty = _mine(s, staff, duty_id)
    if duty.acknowledged_by not in (None, staff.id):
        raise Conflict(_("这项任务已由他人接手"))
    if duty.acknowledged_at is not None:
        return duty
    duty.acknowledged_by, duty.owner_id, duty.acknowledged_at = staff.id, staff.id, clock.now()
    _acknowledge_notice(s, staff, duty)
    _note(s, duty, staff, "acknowledged", _("{name}接手任务：{title}").format(name=staff.name, title=duty.title))
    return duty


def finish(s: Session, staff: Staff, duty_id: int, result: str) -> Duty:
    """A person reports the duty done, with a result in words; who finishes without having taken it takes it."""
    if not result.strip():
        raise BadInput(_("请写明任务的结果"), field="result")
    duty = _mine(s, staff, duty_id)
    if duty.done_at is not None:
        raise Conflict(_("这项任务已经完成"))
    if duty.acknowledged_at is None:
        acknowledge(s, staff, duty_id)
    duty.done_by, duty.done_at, duty.result = staff.id, clock.now(), result.strip()
    _note(s, duty, staff, "done", _("{name}完成任务：{title}").format(name=staff.name, title=duty.title))
    return duty


def sweep() -> int:
    """Escalate what is late and answer what a lost run left unanswered; returns the number of escalations.

    Own transactions. A duty escalates once; its notice stays until somebody acknowledges it.
    """
    with transaction() as s:
        late = _late(s)
        for duty in late:
            _escalate(s, duty)
        opened = list(s.scalars(select(Event.id).where(Event.state == "open")))
    for event_id in opened:
        respond(event_id)
    return len(late)


def _late(s: Session) -> list[Duty]:
    query = (
        select(Duty)
        .join(Event, Event.id == Duty.event_id)
        .where(Event.state == "open", Duty.done_at.is_(None), Duty.escalated_at.is_(None), Duty.due_at < clock.now())
    )
    return list(s.scalars(query.order_by(Duty.due_at)))


def _escalate(s: Session, duty: Duty) -> None:
    event = s.get_one(Event, duty.event_id)
    # A duty that a signal started (tier 0) escalates as the tier that leads now.
    tier = named(event.playbook).tier(max(duty.tier or event.tier, 1))
    duty.escalated_at = clock.now()
    title = _("【逾期】{title}（{role}），事件：{event}").format(
        title=duty.title, role=role_name(duty.role), event=event.title[:150]
    )
    for role in tier.escalate_to:
        notices.post(
            s,
            key=f"duty:{duty.id}:overdue:{role}",
            kind="duty",
            title=title,
            link=f"/events/{event.id}",
            role=role,
            event_id=event.id,
            urgent=True,
        )
    _note(s, duty, None, "overdue", _("任务逾期，已上报：{title}").format(title=duty.title))


def _mine(s: Session, staff: Staff, duty_id: int) -> Duty:
    duty = s.scalar(select(Duty).where(Duty.id == duty_id).with_for_update())
    if duty is None:
        raise Missing(_("任务 {number} 不存在").format(number=duty_id))
    if not {duty.role, *LEADS} & set(staff.roles):
        raise Refused(_("这项任务属于{role}").format(role=role_name(duty.role)))
    if s.get_one(Event, duty.event_id).state != "open":
        raise Conflict(_("事件已关闭"))
    return duty


def _acknowledge_notice(s: Session, staff: Staff, duty: Duty) -> None:
    """Taking the duty answers its notice; who took it for another role has no notice of his own."""
    notice = s.scalar(select(Notice).where(Notice.key == f"duty:{duty.id}"))
    if notice is not None and notice.role in staff.roles:
        notices.acknowledge(s, notice.id, staff)


def _note(s: Session, duty: Duty, staff: Staff | None, what: str, text: str) -> None:
    who = staff.id if staff else None
    s.add(TimelineEntry(event_id=duty.event_id, at=clock.now(), staff_id=who, kind="duty", text=text))
    audit.append(s, staff, f"duty.{what}", f"event:{duty.event_id}", {"duty": duty.id, "key": duty.key})
