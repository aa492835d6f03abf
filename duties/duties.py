"""Duties: started, acknowledged, handed over, finished, replaced and counted anew. Each act is on record.

What time does by itself (reminders, the way upwards, people who left) is in `duties.chase`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from duties import people, subjects, work_calendars
from duties.escalation import Step, chain_of
from duties.subjects import Subject
from notifications import notices
from yiyuan import audit, clock
from yiyuan.codes import AuditAction, ClockKind, DutyEnd, DutyState, NoticeKind, SubjectKind
from yiyuan.errors import BadInput, Conflict, Missing, Refused
from yiyuan.i18n import _
from yiyuan.models import Duty, Notice, Staff
from yiyuan.staff.permissions import Action, may
from yiyuan.staff.roles import Role, role_name


@dataclass(frozen=True)
class Assignment:
    """What a duty is made from. `covers`: keys of duties of lower tiers whose place it takes, beside its own key."""

    key: str
    title: str
    role: Role
    minutes: int
    clock: ClockKind = ClockKind.NATURAL
    calendar: str = work_calendars.OFFICE
    department: str = ""
    urgent: bool = False
    #: Minutes between reminders until somebody acknowledges it; 0: none.
    chase_minutes: int = 30
    chain: tuple[Step, ...] = ()
    covers: tuple[str, ...] = ()


def start(s: Session, subject: Subject, tier: int, task: Assignment) -> Duty | None:
    """Start a duty and notify whoever should do it; None when it, or one of a higher tier that covers it, was started.

    An open duty of a lower tier with its key, or with a key it covers, is replaced. Tier 0: no tier started it.
    """
    if not task.chain:
        raise ValueError(f"{task.key}: a duty without a way upwards could end in silence")
    known = of_subject(s, subject.kind, subject.id)
    if any(duty.key == task.key and duty.tier >= tier for duty in known):
        return None
    begin = clock.now()
    duty = Duty(
        subject_kind=subject.kind,
        subject_id=subject.id,
        tier=tier,
        key=task.key,
        title=task.title,
        role=task.role,
        department=task.department,
        urgent=task.urgent,
        started_at=begin,
        minutes=task.minutes,
        clock=task.clock,
        calendar=task.calendar if task.clock == ClockKind.WORKING else "",
        due_at=begin,
        chase_minutes=task.chase_minutes,
        chases=0,
        escalations=0,
        chain=[step.to_row() for step in task.chain],
    )
    _set_times(s, duty)
    s.add(duty)
    s.flush()
    for old in known:
        if old.tier < tier and old.ended_at is None and old.key in (task.key, *task.covers):
            _end(old, DutyEnd.REPLACED)
            old.replaced_by = duty.id
            text = _("任务“{old}”由第 {tier} 级的“{new}”替代").format(old=old.title, tier=duty.tier, new=duty.title)
            record(s, old, None, AuditAction.DUTY_REPLACED, text)
    announce(s, subject, duty)
    return duty


def of_subject(s: Session, kind: SubjectKind, subject_id: int) -> list[Duty]:
    """Every duty of a subject, open ones first, by their due times."""
    query = select(Duty).where(Duty.subject_kind == kind, Duty.subject_id == subject_id)
    return list(s.scalars(query.order_by(Duty.ended_at.is_not(None), Duty.due_at, Duty.id)))


def waiting_for(s: Session, staff: Staff) -> list[Duty]:
    """Open duties that a person owns, or that nobody owns and she may take, by their due times."""
    query = select(Duty).where(Duty.ended_at.is_(None)).order_by(Duty.due_at, Duty.id)
    owned, free = Duty.owner_id == staff.id, Duty.owner_id.is_(None)
    return [
        duty
        for duty in s.scalars(query.where(owned | free))
        if duty.owner_id == staff.id or duty.role in staff.roles or _stands_in(s, duty, staff)
    ]


def later(s: Session, duty: Duty, start: datetime, minutes: float) -> clock.Due:
    """So many minutes after a moment, on the duty's clock."""
    if duty.clock == ClockKind.NATURAL:
        return clock.Due(start + timedelta(minutes=minutes), uncertain=False)
    return work_calendars.counted(s, duty.calendar).add(start, minutes)


def _set_times(s: Session, duty: Duty) -> None:
    """All times of a duty that nobody acknowledged or escalated yet, from its start."""
    due = later(s, duty, duty.started_at, duty.minutes)
    duty.due_at, duty.due_uncertain = due.at, due.uncertain
    if duty.acknowledged_at is None and duty.chase_minutes:
        duty.next_chase_at = later(s, duty, duty.started_at, duty.chase_minutes * (duty.chases + 1)).at
    chain = chain_of(duty.chain)
    if duty.escalations < len(chain):
        duty.next_escalation_at = later(s, duty, due.at, chain[duty.escalations].after).at


def announce(s: Session, subject: Subject, duty: Duty, *, round_number: int = 0) -> None:
    """Notify those who should do the duty now: each person on call or standing in, or the role as a whole.

    round_number: 0 when it starts, then counted up, so that each round is a notice of its own. A role that nobody
    holds hands the duty on at once to the first step upwards.
    """
    due = clock.local(duty.due_at).strftime("%m-%d %H:%M") + (_("（待核）") if duty.due_uncertain else "")
    title = _("任务：{title}（{due} 前）").format(title=duty.title, due=due)
    if round_number:
        title = _("【请签收】{title}").format(title=title)
    send = partial(
        notices.post,
        s,
        kind=NoticeKind.DUTY,
        title=title,
        body=_("{kind}：{subject}").format(kind=duty.subject_kind.label, subject=subject.title),
        link=subject.link,
        event_id=subject.event_id,
        urgent=duty.urgent,
    )
    key = f"duty:{duty.id}" + (f":chase:{round_number}" if round_number else "")
    if duty.owner_id is not None:
        send(key=f"{key}:staff:{duty.owner_id}", staff_id=duty.owner_id)
        return
    present = people.recipients(s, duty.role, duty.department)
    if round_number:
        present += people.deputies_of(s, present)
    in_person = bool(people.on_call(s, duty.role, duty.department, clock.now()))
    for person in present:
        if in_person or duty.role not in person.roles:
            send(key=f"{key}:staff:{person.id}", staff_id=person.id)
    send(key=key, role=duty.role)
    if not present and not duty.escalations:
        duty.next_escalation_at = clock.now()


def may_do(s: Session, duty: Duty, staff: Staff) -> bool:
    """Whether a person may take and finish a duty: owner, role, deputy of somebody away, or allowed everybody's."""
    if duty.owner_id == staff.id or duty.role in staff.roles or may(staff, Action.do_any_duty):
        return True
    return _stands_in(s, duty, staff)


def _stands_in(s: Session, duty: Duty, staff: Staff) -> bool:
    """Whether she is among those who should do it now, as a deputy or as one on call."""
    return staff.id in {person.id for person in people.recipients(s, duty.role, duty.department)}


def acknowledge(s: Session, staff: Staff, duty_id: int) -> Duty:
    """A person takes the duty and becomes its owner. Twice by the same person is harmless; by another a Conflict."""
    duty = _open(s, staff, duty_id)
    if duty.acknowledged_by not in (None, staff.id):
        raise Conflict(_("这项任务已由他人接手"))
    if duty.acknowledged_at is not None:
        return duty
    duty.acknowledged_by, duty.owner_id, duty.acknowledged_at = staff.id, staff.id, clock.now()
    duty.next_chase_at = None
    # Taking the duty answers what asked for it, in the name of whoever took it; reports upwards are others' to see.
    asked = (Notice.key == f"duty:{duty.id}") | Notice.key.startswith(f"duty:{duty.id}:")
    reports = Notice.key.startswith(f"duty:{duty.id}:overdue:")
    for notice in s.scalars(select(Notice).where(asked, ~reports)).all():
        notices.settle(s, notice, staff)
    record(
        s,
        duty,
        staff,
        AuditAction.DUTY_ACKNOWLEDGED,
        _("{name}接手任务：{title}").format(name=staff.name, title=duty.title),
    )
    return duty


def hand_over(s: Session, staff: Staff, duty_id: int, to: Staff, reason: str) -> Duty:
    """Give a duty to another person, who is asked to acknowledge it; the due time stays. BadInput without a reason."""
    duty = _open(s, staff, duty_id)
    if not reason.strip():
        raise BadInput(_("请写明转交的原因"), field="reason")
    if not to.active or people.absence_of(s, to.id, clock.today()):
        raise BadInput(_("{name}已停用或不在岗，请选择其他人").format(name=to.name), field="to")
    give(s, duty, to)
    text = _("{name}把任务转交给{to}：{title}（{reason}）").format(
        name=staff.name, to=to.name, title=duty.title, reason=reason.strip()
    )
    record(s, duty, staff, AuditAction.DUTY_HANDED_OVER, text)
    return duty


def give(s: Session, duty: Duty, to: Staff | None) -> None:
    """Make a person the owner, or None: whoever of the role takes it; it waits to be acknowledged again."""
    duty.owner_id, duty.acknowledged_by, duty.acknowledged_at = to.id if to else None, None, None
    duty.chases += 1
    if duty.chase_minutes:
        duty.next_chase_at = later(s, duty, clock.now(), duty.chase_minutes).at
    announce(s, subjects.source(duty.subject_kind).describe(s, duty.subject_id), duty, round_number=duty.chases)


def finish(s: Session, staff: Staff, duty_id: int, result: str) -> Duty:
    """A person reports the duty done, with a result in words; who finishes without having taken it takes it."""
    if not result.strip():
        raise BadInput(_("请写明任务的结果"), field="result")
    duty = _open(s, staff, duty_id)
    if duty.acknowledged_at is None:
        acknowledge(s, staff, duty_id)
    duty.done_by, duty.done_at, duty.result = staff.id, clock.now(), result.strip()
    _end(duty, DutyEnd.DONE)
    record(
        s, duty, staff, AuditAction.DUTY_DONE, _("{name}完成任务：{title}").format(name=staff.name, title=duty.title)
    )
    return duty


def cancel_all(s: Session, staff: Staff, kind: SubjectKind, subject_id: int) -> int:
    """End what is open of a subject that a person closed; returns how many that were."""
    left = [duty for duty in of_subject(s, kind, subject_id) if duty.ended_at is None]
    for duty in left:
        _end(duty, DutyEnd.CANCELLED)
        record(s, duty, staff, AuditAction.DUTY_CANCELLED, _("事项结束，任务取消：{title}").format(title=duty.title))
    return len(left)


def counted_by(s: Session, calendar: str) -> int:
    """How many open duties run on a work calendar."""
    query = select(func.count()).where(Duty.ended_at.is_(None), Duty.calendar == calendar)
    return s.scalar(query) or 0


def recompute(s: Session, staff: Staff, calendar: str) -> int:
    """Set the times of open duties anew after a change of their calendar; on record. Returns how many changed."""
    changed = 0
    query = select(Duty).where(Duty.ended_at.is_(None), Duty.calendar == calendar, Duty.minutes > 0)
    for duty in s.scalars(query.with_for_update()).all():
        before = duty.due_at
        _set_times(s, duty)
        if duty.due_at != before:
            changed += 1
            text = _("{name}按修改后的日历重算期限：{title}，{before} 改为 {after}").format(
                name=staff.name,
                title=duty.title,
                before=clock.local(before).strftime("%m-%d %H:%M"),
                after=clock.local(duty.due_at).strftime("%m-%d %H:%M"),
            )
            record(s, duty, staff, AuditAction.DUTY_RECOMPUTED, text)
    return changed


def state(duty: Duty) -> DutyState:
    """How the duty stands, from its times."""
    if duty.end is not None:
        return DutyState.of(duty.end)
    if duty.acknowledged_at is not None:
        return DutyState.ACKNOWLEDGED
    return DutyState.WAITING if duty.escalated_at is None else DutyState.ESCALATED


def record(s: Session, duty: Duty, staff: Staff | None, action: AuditAction, text: str) -> None:
    """Into the story of the subject and into the audit log."""
    subjects.source(duty.subject_kind).record(s, duty.subject_id, staff, text)
    audit.append(s, staff, action, f"{duty.subject_kind}:{duty.subject_id}", {"duty": duty.id, "key": duty.key})


def _end(duty: Duty, end: DutyEnd) -> None:
    duty.ended_at, duty.end, duty.next_chase_at, duty.next_escalation_at = clock.now(), end, None, None


def _open(s: Session, staff: Staff, duty_id: int) -> Duty:
    """An open duty that the person may do, locked."""
    duty = s.scalar(select(Duty).where(Duty.id == duty_id).with_for_update())
    if duty is None:
        raise Missing(_("任务 {number} 不存在").format(number=duty_id))
    if not may_do(s, duty, staff):
        raise Refused(_("这项任务属于{role}").format(role=role_name(duty.role)))
    if duty.end is not None:
        raise Conflict(state(duty).label)
    if not subjects.source(duty.subject_kind).describe(s, duty.subject_id).is_open:
        raise Conflict(_("{kind}已结束").format(kind=duty.subject_kind.label))
    return duty
