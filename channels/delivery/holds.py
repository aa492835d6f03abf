"""The button that holds all releases: while a hold is open nothing new is sent; look-ups and take-downs go on."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from yiyuan import audit, clock
from yiyuan.codes import PostState
from yiyuan.errors import BadInput, Refused
from yiyuan.i18n import _
from yiyuan.models import Post, ReleaseHold, Staff
from yiyuan.staff.roles import Role

#: Anybody here may stop; those who answer for what goes out may go on.
_MAY_SET = {Role.operations, Role.publicity, Role.crisis_lead, Role.leader, Role.administrator}
_MAY_LIFT = {Role.publicity, Role.crisis_lead, Role.leader}


def current(s: Session) -> ReleaseHold | None:
    """The open hold, or None."""
    return s.scalar(select(ReleaseHold).where(ReleaseHold.lifted_at.is_(None)).order_by(ReleaseHold.id.desc()).limit(1))


def set_hold(s: Session, staff: Staff | None, reason: str, event_id: int | None = None) -> ReleaseHold:
    """Hold all releases; staff None: a playbook does. A hold that is open already stays as it is."""
    if staff is not None and not _MAY_SET & set(staff.roles):
        raise Refused(_("您不能暂停发布"))
    if not reason.strip():
        raise BadInput(_("请填写暂停发布的原因"), field="reason")
    hold = current(s)
    if hold is None:
        set_by = staff.id if staff else None
        hold = ReleaseHold(reason=reason.strip(), event_id=event_id, set_by=set_by, set_at=clock.now())
        s.add(hold)
        s.flush()
        audit.append(s, staff, "hold.set", f"hold:{hold.id}", {"event": event_id})
    return hold


def lift(s: Session, staff: Staff) -> None:
    """Let releases go on; those that are overdue go out at once."""
    if not _MAY_LIFT & set(staff.roles):
        raise Refused(_("只有宣传部、舆情负责人和院领导可以恢复发布"))
    for hold in s.scalars(select(ReleaseHold).where(ReleaseHold.lifted_at.is_(None))):
        hold.lifted_by, hold.lifted_at = staff.id, clock.now()
        audit.append(s, staff, "hold.lift", f"hold:{hold.id}")


def waiting(s: Session) -> list[Post]:
    """What would go out, now or later, the next one first."""
    return list(s.scalars(select(Post).where(Post.state == PostState.PLANNED).order_by(Post.due_at, Post.id)))
