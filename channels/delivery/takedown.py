"""What people decide about posts: take them down, and say how a parked one really stands."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.contract import Receipt
from channels.delivery import ledger, manual_proof, transitions
from yiyuan import audit, clock
from yiyuan.codes import AuditAction, ParkedAnswer, PostState, ReceiptState
from yiyuan.errors import BadInput, Conflict, Missing
from yiyuan.i18n import _
from yiyuan.models import Post, Staff
from yiyuan.staff.permissions import Action, require


def _post(s: Session, post_id: int) -> Post:
    post = s.get(Post, post_id, with_for_update=True)
    if post is None:
        raise Missing(_("发布单不存在"))
    return post


def withdraw(s: Session, staff: Staff | None, post_id: int, reason: str) -> PostState:
    """Call a post off or take it down; staff None: the machine does. Returns the state it is in now.

    What is out is deleted by the next delivery of the post; on an assisted channel a person is asked to.
    """
    if staff is not None:
        require(staff, Action.withdraw_post)
    if not reason.strip():
        raise BadInput(_("请填写下架的原因"), field="reason")
    post = _post(s, post_id)
    if post.state == PostState.PARKED:
        raise Conflict(_("请先核对这条发布单是否已经发布"))
    if post.state in (PostState.REFUSED, PostState.WITHDRAWN) or post.withdraw_reason is not None:
        return post.state
    post.withdraw_reason = reason.strip()
    post.recalled_at = post.recalled_at or clock.now()
    audit.append(s, staff, AuditAction.POST_WITHDRAW, f"post:{post.id}", {"item": post.item_id, "state": post.state})
    busy = post.lease_until is not None and post.lease_until > clock.now()
    if post.state == PostState.AWAITING_PERSON or (post.state == PostState.PLANNED and not busy):
        transitions.move(s, post, PostState.WITHDRAWN, reason.strip(), staff=staff)
    elif post.state == PostState.LIVE:
        post.not_before = clock.now()
    return post.state


def withdraw_item(s: Session, staff: Staff | None, item_id: int, reason: str) -> list[int]:
    """Take down every post of an item, as after a withdrawn consent; parked ones stay with the person who has them."""
    query = select(Post.id).where(
        Post.item_id == item_id, Post.state.not_in((PostState.REFUSED, PostState.WITHDRAWN, PostState.PARKED))
    )
    ids = list(s.scalars(query.order_by(Post.id)))
    for post_id in ids:
        withdraw(s, staff, post_id, reason)
    return ids


def confirm_removed(s: Session, staff: Staff, post_id: int, picture: bytes) -> None:
    """The operator has deleted a post of an assisted channel on the phone; the screenshot shows that it is gone.

    picture: the screenshot as drawn anew, a JPEG.
    """
    require(staff, Action.withdraw_post)
    post = _post(s, post_id)
    if post.state not in (PostState.AWAITING_PERSON, PostState.PARKED) or post.withdraw_reason is None:
        raise Conflict(_("这条发布单没有等待删除"))
    manual_proof.keep_removal(s, staff, post, picture)
    transitions.move(s, post, PostState.WITHDRAWN, post.withdraw_reason, staff=staff)


def resolve(
    s: Session,
    staff: Staff,
    post_id: int,
    answer: ParkedAnswer,
    *,
    url: str = "",
    external_id: str = "",
) -> PostState:
    """A person looked at the platform: a parked post is live (at `url`), absent (send again), or dropped."""
    require(staff, Action.resolve_post)
    post = _post(s, post_id)
    if post.state != PostState.PARKED:
        raise Conflict(_("这条发布单不需要人工核对"))
    if answer != ParkedAnswer.LIVE and post.live_at is not None and post.withdraw_reason is not None:
        raise Conflict(_("这条内容曾经发布，请在平台删除后上传截图确认"))
    audit.append(s, staff, AuditAction.POST_RESOLVE, f"post:{post.id}", {"answer": answer})
    ledger.clear(s, post.id)
    if answer == ParkedAnswer.LIVE:
        if not url.startswith(("https://", "http://")):
            raise BadInput(_("请填写作品链接"), field="url")
        transitions.enter(s, post, Receipt(state=ReceiptState.LIVE, external_id=external_id or None, url=url))
    elif answer == ParkedAnswer.RESEND:
        post.not_before = None
        transitions.move(s, post, PostState.PLANNED, _("人工核对后重新发送"), staff=staff)
    else:
        transitions.move(s, post, PostState.WITHDRAWN, _("人工核对后放弃"), staff=staff)
    return post.state
