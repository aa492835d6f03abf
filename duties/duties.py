"""Duties: started, acknowledged, finished, and reported upwards when they are late."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications import notices
from yiyuan import audit, clock
from yiyuan.codes import DutyState, EventState, NoticeKind, TimelineKind
from yiyuan.errors import BadInput, Conflict, Missing, Refused
from yiyuan.i18n import _
from yiyuan.models import Duty, Event, Notice, Staff, TimelineEntry
from yiyuan.staff.permissions import Action, may
from yiyuan.staff.roles import Role, role_name


def may_do(duty: Duty, staff: Staff) -> bool:
    """Whether a person may take and finish a duty: its role may, and who may do everybody's."""
    return duty.role in staff.roles or may(staff, Action.do_any_duty)


class Assignment(Protocol):
    """What a duty is made from, as a playbook's file says it."""

    @property
    def key(self) -> str:
        """Unique in its tier."""

    @property
    def title(self) -> str:
        """What is to be done, Chinese."""

    @property
    def role(self) -> Role:
        """Who has to do it."""

    @property
    def minutes(self) -> int:
        """Time for it."""

    @property
    def clock(self) -> Literal["working", "calendar"]:
        """Which minutes count."""


def start(s: Session, event: Event, tier: int, task: Assignment) -> int:
    """Start a duty and tell its role; 1 when it is new, 0 when it was started before. Tier 0: started by a signal."""
    known = select(Duty.id).where(Duty.event_id == event.id, Duty.tier == tier, Duty.key == task.key)
    if s.scalar(known) is not None:
        return 0
    start = clock.now()
    due = clock.Due(start + timedelta(minutes=task.minutes), uncertain=False)
    if task.clock == "working":
        due = clock.add_working_minutes(start, task.minutes)
    duty = Duty(
        event_id=event.id,
        tier=tier,
        key=task.key,
        title=task.title,
        role=task.role,
        started_at=start,
        due_at=due.at,
        due_uncertain=due.uncertain,
    )
    s.add(duty)
    s.flush()
    _assign(s, event, duty)
    return 1


def _assign(s: Session, event: Event, duty: Duty) -> None:
    due = clock.local(duty.due_at).strftime("%m-%d %H:%M") + (_("（待核）") if duty.due_uncertain else "")
    notices.post(
        s,
        key=f"duty:{duty.id}",
        kind=NoticeKind.DUTY,
        title=_("任务：{title}（{due} 前）").format(title=duty.title, due=due),
        body=_("舆情事件：{event}").format(event=event.title),
        link=f"/events/{event.id}",
        role=duty.role,
        event_id=event.id,
        urgent=duty.tier != 1,
    )


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


def late(s: Session) -> list[Duty]:
    """Duties of open events that are over their time and have not been reported upwards yet, oldest first."""
    query = (
        select(Duty)
        .join(Event, Event.id == Duty.event_id)
        .where(
            Event.state == EventState.OPEN,
            Duty.done_at.is_(None),
            Duty.escalated_at.is_(None),
            Duty.due_at < clock.now(),
        )
    )
    return list(s.scalars(query.order_by(Duty.due_at)))


def escalate(s: Session, duty: Duty, to_roles: Sequence[Role]) -> None:
    """Report a late duty to these roles, once; each notice stays until somebody acknowledges it."""
    event = s.get_one(Event, duty.event_id)
    duty.escalated_at = clock.now()
    title = _("【逾期】{title}（{role}），事件：{event}").format(
        title=duty.title, role=role_name(duty.role), event=event.title[:150]
    )
    for role in to_roles:
        notices.post(
            s,
            key=f"duty:{duty.id}:overdue:{role}",
            kind=NoticeKind.DUTY,
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
    if not may_do(duty, staff):
        raise Refused(_("这项任务属于{role}").format(role=role_name(duty.role)))
    if s.get_one(Event, duty.event_id).state != EventState.OPEN:
        raise Conflict(_("事件已关闭"))
    return duty


def _acknowledge_notice(s: Session, staff: Staff, duty: Duty) -> None:
    """Taking the duty answers its notice; who took it for another role has no notice of his own."""
    notice = s.scalar(select(Notice).where(Notice.key == f"duty:{duty.id}"))
    if notice is not None and notice.role in staff.roles:
        notices.acknowledge(s, notice.id, staff)


def state(duty: Duty) -> DutyState:
    """How the duty stands, from its times."""
    if duty.done_at is not None:
        return DutyState.DONE
    if duty.acknowledged_at is not None:
        return DutyState.ACKNOWLEDGED
    return DutyState.WAITING if duty.escalated_at is None else DutyState.ESCALATED


def _note(s: Session, duty: Duty, staff: Staff | None, what: str, text: str) -> None:
    who = staff.id if staff else None
    s.add(TimelineEntry(event_id=duty.event_id, at=clock.now(), staff_id=who, kind=TimelineKind.DUTY, text=text))
    audit.append(s, staff, f"duty.{what}", f"event:{duty.event_id}", {"duty": duty.id, "key": duty.key})
