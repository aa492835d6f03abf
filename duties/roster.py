"""The roster: who is on call, hand-overs, absences and standing deputies. Each change is on record."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from duties import duties, people
from yiyuan import audit, clock
from yiyuan.codes import AuditAction
from yiyuan.errors import BadInput, Conflict, Missing, Refused
from yiyuan.i18n import _
from yiyuan.models import Absence, Duty, OnCall, Staff
from yiyuan.staff.permissions import Action, may
from yiyuan.staff.roles import Role, role_name

#: The longest turn on call and the longest absence; longer ones are typing errors more often than not.
LONGEST_TURN, LONGEST_ABSENCE = timedelta(days=31), timedelta(days=366)


def add_on_call(
    s: Session, staff: Staff, person: Staff, role: str, starts_at: datetime, ends_at: datetime, department: str = ""
) -> OnCall:
    """Put a person on call. BadInput names the field; Conflict when she already is in that time."""
    if role not in set(Role) or role not in person.roles:
        raise BadInput(
            _("{name}没有“{role}”角色，请先在人员页授予").format(
                name=person.name, role=role_name(role) if role in set(Role) else role
            ),
            field="role",
        )
    if not person.active:
        raise BadInput(_("{name}已停用").format(name=person.name), field="staff")
    if not starts_at < ends_at:
        raise BadInput(_("结束时间要晚于开始时间"), field="ends_at")
    if ends_at - starts_at > LONGEST_TURN:
        raise BadInput(_("一次值班最长 {days} 天，请分段登记").format(days=LONGEST_TURN.days), field="ends_at")
    if ends_at <= clock.now():
        raise BadInput(_("结束时间已经过去"), field="ends_at")
    same = select(OnCall.id).where(
        OnCall.staff_id == person.id,
        OnCall.role == role,
        OnCall.starts_at < ends_at,
        OnCall.ends_at > starts_at,
        OnCall.ends_at > OnCall.starts_at,
    )
    if s.scalar(same.limit(1)) is not None:
        raise Conflict(_("{name}这段时间已有同角色的值班").format(name=person.name), field="starts_at")
    turn = OnCall(
        role=role, department=department, staff_id=person.id, starts_at=starts_at, ends_at=ends_at,
        created_by=staff.id, created_at=clock.now(),
    )  # fmt: skip
    s.add(turn)
    s.flush()
    detail = {"staff": person.id, "role": role, "from": starts_at.isoformat(), "to": ends_at.isoformat()}
    audit.append(s, staff, AuditAction.ON_CALL_ADD, f"on_call:{turn.id}", detail)
    return turn


def hand_over(s: Session, staff: Staff, turn_id: int, to: Staff, note: str) -> OnCall:
    """End a turn now and begin another's up to the same end; open duties of the role go along, not acknowledged."""
    turn = _turn(s, turn_id)
    if not may(staff, Action.manage_roster) and staff.id != turn.staff_id:
        raise Refused(_("只能交接自己的值班"))
    if not turn.starts_at <= clock.now() < turn.ends_at:
        raise Conflict(_("这一班现在没有在值，不能交接"))
    if not note.strip():
        raise BadInput(_("请写明交接事项（没有则写“无”）"), field="note")
    if to.id == turn.staff_id:
        raise BadInput(_("不能交接给本人"), field="to")
    before, ends_at = s.get_one(Staff, turn.staff_id), turn.ends_at
    turn.ends_at = clock.now()
    following = add_on_call(s, staff, to, turn.role, clock.now(), ends_at, turn.department)
    following.note = note.strip()[:400]
    owned = select(Duty).where(Duty.ended_at.is_(None), Duty.owner_id == before.id, Duty.role == turn.role)
    for duty in s.scalars(owned.with_for_update()).all():
        duties.give(s, duty, to)
        text = _("值班交接，{before}的任务转给{to}：{title}").format(before=before.name, to=to.name, title=duty.title)
        duties.record(s, duty, staff, AuditAction.DUTY_HANDED_OVER, text)
    detail = {"from": before.id, "to": to.id, "next": following.id}
    audit.append(s, staff, AuditAction.ON_CALL_HAND_OVER, f"on_call:{turn.id}", detail, note=note.strip())
    return following


def end_on_call(s: Session, staff: Staff, turn_id: int) -> None:
    """Take a turn back: one that has not begun disappears from the roster, a running one ends now."""
    turn = _turn(s, turn_id)
    if turn.ends_at <= clock.now():
        raise Conflict(_("这一班已经结束"))
    turn.ends_at = max(turn.starts_at, clock.now())
    audit.append(s, staff, AuditAction.ON_CALL_END, f"on_call:{turn.id}", {"staff": turn.staff_id})


def add_absence(
    s: Session, staff: Staff, person: Staff, first_day: date, last_day: date, deputy: Staff | None, note: str = ""
) -> Absence:
    """Record days on which a person is away. A deputy who would lead back to her is refused."""
    if staff.id != person.id and not may(staff, Action.manage_roster):
        raise Refused(_("只能登记自己的请假"))
    if last_day < first_day:
        raise BadInput(_("结束日期不能早于开始日期"), field="last_day")
    if last_day < clock.today():
        raise BadInput(_("这段日期已经过去"), field="last_day")
    if last_day - first_day > LONGEST_ABSENCE:
        raise BadInput(_("一次最长 {days} 天").format(days=LONGEST_ABSENCE.days), field="last_day")
    if deputy is not None:
        _check_deputy(s, person, deputy, first_day, last_day)
    absence = Absence(
        staff_id=person.id, first_day=first_day, last_day=last_day, deputy_id=deputy.id if deputy else None,
        note=note.strip()[:400], created_by=staff.id, created_at=clock.now(),
    )  # fmt: skip
    s.add(absence)
    s.flush()
    detail = {"first": first_day.isoformat(), "last": last_day.isoformat(), "deputy": absence.deputy_id}
    audit.append(s, staff, AuditAction.ABSENCE_ADD, f"staff:{person.id}", detail)
    return absence


def _check_deputy(s: Session, person: Staff, deputy: Staff, first_day: date, last_day: date) -> None:
    if not deputy.active:
        raise BadInput(_("{name}已停用，请选择其他代理人").format(name=deputy.name), field="deputy")
    if deputy.id == person.id:
        raise BadInput(_("代理人不能是本人"), field="deputy")
    seen = {person.id}
    current: Staff | None = deputy
    while current is not None:
        if current.id in seen:
            message = _("{deputy}在这期间也不在，并且又由{name}代理，形成循环，请选择其他人")
            raise BadInput(message.format(deputy=deputy.name, name=person.name), field="deputy")
        seen.add(current.id)
        overlap = s.scalars(
            select(Absence)
            .where(
                Absence.staff_id == current.id,
                Absence.cancelled_at.is_(None),
                Absence.first_day <= last_day,
                Absence.last_day >= first_day,
            )
            .order_by(Absence.id.desc())
        ).first()
        following = overlap and (overlap.deputy_id or current.deputy_id)
        current = s.get(Staff, following) if following else None


def cancel_absence(s: Session, staff: Staff, absence_id: int) -> None:
    """The person is back, or was entered by mistake."""
    absence = s.get(Absence, absence_id)
    if absence is None:
        raise Missing(_("没有这条请假记录"))
    if staff.id != absence.staff_id and not may(staff, Action.manage_roster):
        raise Refused(_("只能取消自己的请假"))
    if absence.cancelled_at is None:
        absence.cancelled_at = clock.now()
        audit.append(s, staff, AuditAction.ABSENCE_CANCEL, f"staff:{absence.staff_id}", {"absence": absence.id})


def set_deputy(s: Session, staff: Staff, person: Staff, deputy: Staff | None) -> None:
    """The standing deputy, reminded beside the person of what she does not acknowledge. A loop is refused."""
    seen, current = {person.id}, deputy
    while current is not None:
        if current.id in seen:
            message = _("{deputy}的代理人最终又是{name}，形成循环，请选择其他人")
            raise BadInput(message.format(deputy=current.name, name=person.name), field="deputy")
        seen.add(current.id)
        current = s.get(Staff, current.deputy_id) if current.deputy_id else None
    person.deputy_id = deputy.id if deputy else None
    audit.append(s, staff, AuditAction.STAFF_DEPUTY, f"staff:{person.id}", {"deputy": person.deputy_id})


def coming_turns(s: Session) -> list[tuple[OnCall, Staff]]:
    """Running and coming turns with their people, by start."""
    # A turn that was taken back before it began has no length.
    query = (
        select(OnCall, Staff)
        .join(Staff, Staff.id == OnCall.staff_id)
        .where(OnCall.ends_at > clock.now(), OnCall.ends_at > OnCall.starts_at)
    )
    return list(s.execute(query.order_by(OnCall.starts_at, OnCall.id)).tuples())


def coming_absences(s: Session) -> list[tuple[Absence, Staff]]:
    """Running and coming absences with their people, by first day."""
    query = (
        select(Absence, Staff)
        .join(Staff, Staff.id == Absence.staff_id)
        .where(Absence.last_day >= clock.today(), Absence.cancelled_at.is_(None))
    )
    return list(s.execute(query.order_by(Absence.first_day, Absence.id)).tuples())


def nobody_for(s: Session) -> list[Role]:
    """Roles that nobody does now: nobody holds them, or everybody who does is away."""
    return [role for role in Role if not people.recipients(s, role)]


def _turn(s: Session, turn_id: int) -> OnCall:
    turn = s.scalar(select(OnCall).where(OnCall.id == turn_id).with_for_update())
    if turn is None:
        raise Missing(_("没有这一班"))
    return turn
