"""What time does to duties: reminders until somebody acknowledges, the way upwards of what is late, people who left."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from duties import duties, people, subjects
from duties.escalation import Step, chain_of
from notifications import notices
from yiyuan import clock
from yiyuan.codes import AuditAction, NoticeKind
from yiyuan.db.session import transaction
from yiyuan.i18n import _
from yiyuan.models import Duty, Notice, Staff
from yiyuan.staff import departments
from yiyuan.staff.roles import role_name


def sweep() -> int:
    """Do what is due: own transactions, one a duty. Returns the number of reminders, steps upwards and hand-overs."""
    moment = clock.now()
    with transaction(read_only=True) as s:
        due = or_(Duty.next_chase_at <= moment, Duty.next_escalation_at <= moment)
        waiting = list(s.scalars(select(Duty.id).where(Duty.ended_at.is_(None), due).order_by(Duty.id)))
        owned = list(
            s.scalars(select(Duty.id).where(Duty.ended_at.is_(None), Duty.owner_id.is_not(None)).order_by(Duty.id))
        )
    done = 0
    for duty_id in dict.fromkeys([*owned, *waiting]):
        with transaction() as s:
            duty = s.scalars(select(Duty).where(Duty.id == duty_id).with_for_update()).one()
            if duty.ended_at is None:
                done += _release(s, duty) + _chase(s, duty) + _escalate(s, duty)
    return done


def _release(s: Session, duty: Duty) -> int:
    """An owner who was disabled or is away today hands on: to the deputy, or back to the role."""
    owner = s.get(Staff, duty.owner_id) if duty.owner_id else None
    if owner is None:
        return 0
    other = people.stand_in(s, owner, clock.today())
    if other is not None and other.id == owner.id:
        return 0
    duties.give(s, duty, other)
    text = _("{name}不在岗，任务转给{other}：{title}").format(
        name=owner.name, other=other.name if other else role_name(duty.role), title=duty.title
    )
    duties.record(s, duty, None, AuditAction.DUTY_HANDED_ON, text)
    return 1


def _chase(s: Session, duty: Duty) -> int:
    """Remind until somebody acknowledges; what was missed in an outage is one reminder, not many."""
    if duty.acknowledged_at is not None or duty.next_chase_at is None or duty.next_chase_at > clock.now():
        return 0
    duty.chases += 1
    duty.next_chase_at = duties.later(s, duty, clock.now(), duty.chase_minutes).at
    subject = subjects.source(duty.subject_kind).describe(s, duty.subject_id)
    duties.announce(s, subject, duty, round_number=duty.chases)
    return 1


def _escalate(s: Session, duty: Duty) -> int:
    """Take every step upwards whose time has come; the last one is repeated until one of its people has seen it."""
    chain, taken = chain_of(duty.chain), 0
    while chain and duty.next_escalation_at is not None and duty.next_escalation_at <= clock.now():
        step = chain[min(duty.escalations, len(chain) - 1)]
        if duty.escalations >= len(chain) and _seen(s, duty):
            duty.next_escalation_at = None
            break
        duty.escalations += 1
        duty.escalated_at = clock.now()
        _report(s, duty, step)
        if duty.escalations < len(chain):
            duty.next_escalation_at = duties.later(s, duty, duty.due_at, chain[duty.escalations].after).at
        else:
            duty.next_escalation_at = duties.later(s, duty, clock.now(), step.repeat).at
        taken += 1
    if not chain:
        duty.next_escalation_at = None
    return taken


def _seen(s: Session, duty: Duty) -> bool:
    """Whether somebody acknowledged the report of the step that was taken last."""
    prefix = f"duty:{duty.id}:overdue:{duty.escalations}:"
    query = select(Notice.id).where(Notice.key.startswith(prefix), Notice.acknowledged_at.is_not(None))
    return s.scalar(query.limit(1)) is not None


def _report(s: Session, duty: Duty, step: Step) -> None:
    subject = subjects.source(duty.subject_kind).describe(s, duty.subject_id)
    nobody = not people.recipients(s, duty.role, duty.department)
    why = _("无人担任") if nobody else _("逾期") if duty.due_at <= clock.now() else _("无人签收")
    title = _("【{why}】{title}（{role}），{kind}：{subject}").format(
        why=why, title=duty.title, role=role_name(duty.role), kind=duty.subject_kind.label, subject=subject.title[:150]
    )
    for role in step.roles:
        notices.post(
            s,
            key=f"duty:{duty.id}:overdue:{duty.escalations}:{role}",
            kind=NoticeKind.DUTY,
            title=title,
            link=subject.link,
            role=role,
            event_id=subject.event_id,
            urgent=True,
        )
    head = departments.head_of(s, duty.department)
    if head is not None:
        key = f"duty:{duty.id}:overdue:{duty.escalations}:head"
        notices.post(
            s, key=key, kind=NoticeKind.DUTY, title=title, link=subject.link, staff_id=head.id, urgent=True,
            event_id=subject.event_id,
        )  # fmt: skip
    roles = "、".join(map(role_name, step.roles))
    text = _("任务{why}，已上报{roles}：{title}").format(why=why, roles=roles, title=duty.title)
    duties.record(s, duty, None, AuditAction.DUTY_OVERDUE, text)
