"""The button that holds all releases: while a hold is open nothing new is sent; look-ups and take-downs go on."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from yiyuan import audit, clock
from yiyuan.codes import AuditAction, PostState
from yiyuan.errors import BadInput, Conflict
from yiyuan.i18n import _
from yiyuan.models import Post, ReleaseHold, Staff
from yiyuan.staff.permissions import Action, require


def current(s: Session) -> ReleaseHold | None:
    """The open hold, or None."""
    return s.scalar(select(ReleaseHold).where(ReleaseHold.lifted_at.is_(None)).order_by(ReleaseHold.id.desc()).limit(1))


def set_hold(s: Session, staff: Staff | None, reason: str, event_id: int | None = None) -> ReleaseHold:
    """Hold all releases; staff None: a playbook does. A hold that is open already stays as it is."""
    if staff is not None:
        require(staff, Action.set_hold)
    if not reason.strip():
        raise BadInput(_("请填写暂停发布的原因"), field="reason")
    hold = current(s)
    if hold is None:
        set_by = staff.id if staff else None
        hold = ReleaseHold(reason=reason.strip(), event_id=event_id, set_by=set_by, set_at=clock.now())
        s.add(hold)
        s.flush()
        audit.append(s, staff, AuditAction.HOLD_SET, f"hold:{hold.id}", {"event": event_id})
    return hold


def lift(s: Session, staff: Staff) -> None:
    """Let releases go on; those that are overdue go out at once."""
    require(staff, Action.lift_hold)
    for hold in s.scalars(select(ReleaseHold).where(ReleaseHold.lifted_at.is_(None))):
        hold.lifted_by, hold.lifted_at = staff.id, clock.now()
        audit.append(s, staff, AuditAction.HOLD_LIFT, f"hold:{hold.id}")


def check_released(s: Session) -> None:
    """Conflict, with the reason, while releases are held: before anything is handed out for posting."""
    hold = current(s)
    if hold is not None:
        raise Conflict(_("全部发布已暂停：{reason}。请先不要发，恢复后再操作").format(reason=hold.reason))


def waits(post: Post) -> bool:
    """Whether a post would go out, by itself or by a person's hand: what a hold stops."""
    by_hand = post.state == PostState.AWAITING_PERSON and post.withdraw_reason is None
    return by_hand or post.state == PostState.PLANNED


def waiting(s: Session) -> list[Post]:
    """Every post that waits, the next one first."""
    query = select(Post).where(Post.state.in_((PostState.PLANNED, PostState.AWAITING_PERSON)))
    return [post for post in s.scalars(query.order_by(Post.due_at, Post.id)) if waits(post)]
