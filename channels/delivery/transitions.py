"""Moves a post between its states, with everything that belongs to the move: times, audit entry, notices."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from channels import registry
from channels.contract import Receipt
from channels.delivery import moves
from notifications import notices
from yiyuan import audit, clock
from yiyuan.codes import AuditAction, NoticeKind, PostState, ReceiptState
from yiyuan.i18n import _
from yiyuan.models import ManualPosting, Post, Staff
from yiyuan.settings import settings
from yiyuan.staff.roles import Role

log = structlog.get_logger()
#: A live post is looked at again after an eighth of its age, within these bounds: platforms take down early rather
#: than late, and a consent may end any day.
RECHECK, LONGEST_RECHECK = timedelta(hours=1), timedelta(days=1)
#: A platform's check takes minutes to hours, the sandbox's seconds. Each wait is half of what has passed so far.
FIRST_LOOK, SANDBOX_FIRST_LOOK, LONGEST_LOOK = 15.0, 1.0, 600.0


def move(s: Session, post: Post, state: PostState, message: str, *, staff: Staff | None = None) -> None:
    """Enter a state; whatever ends or stops a delivery leaves an audit entry, and a person hears of trouble.

    ForbiddenMove when the post may not go there.
    """
    changed = post.state != state
    if changed:
        log.info("post.state", post=post.id, platform=post.platform, state=state)
    moves.enter(post, state)
    post.message = message
    if changed and state == PostState.WITHDRAWN:
        post.gone_at = clock.now()
    if changed and state not in (PostState.PLANNED, PostState.SENDING):
        audit.append(
            s,
            staff,
            AuditAction.of(f"post.{state}"),
            f"post:{post.id}",
            {"item": post.item_id, "platform": post.platform},
        )
    if changed and state in (PostState.REFUSED, PostState.PARKED):
        _tell(s, post, _("{name}的发布单被拒绝") if state == PostState.REFUSED else _("{name}的发布单需要人工核对"))


def _tell(
    s: Session, post: Post, title: str, *, kind: NoticeKind = NoticeKind.SYSTEM, role: str = Role.publicity
) -> None:
    notices.post(
        s,
        key=f"post:{post.id}:{post.state}:{post.version}",
        kind=kind,
        title=title.format(name=_(registry.capabilities(post.platform).name)),
        body=post.message,
        link=f"/posts/{post.id}",
        role=role,
        urgent=post.state == PostState.PARKED,
    )


def enter(s: Session, post: Post, receipt: Receipt) -> None:
    """Stand where a receipt says."""
    post.lease_until, post.not_before = None, None
    post.external_id = receipt.external_id or post.external_id
    post.url = receipt.url or post.url
    post.progress = {**post.progress, **receipt.progress}
    _ENTERED[receipt.state](s, post, receipt)


def _live(s: Session, post: Post, receipt: Receipt) -> None:
    now = clock.now()
    if post.live_at is None:
        post.live_at, post.expires_at = now, now + timedelta(days=settings().shelf_days)
    move(s, post, PostState.LIVE, "")
    if post.withdraw_reason is not None:
        post.not_before = now
    else:
        again = now + min(LONGEST_RECHECK, max(RECHECK, (now - post.live_at) / 8))
        post.not_before = min(again, post.expires_at or again)


def _accepted(s: Session, post: Post, receipt: Receipt) -> None:
    now = clock.now()
    post.accepted_at = post.accepted_at or now
    waited = (now - post.accepted_at).total_seconds()
    first = SANDBOX_FIRST_LOOK if post.sandbox else FIRST_LOOK
    post.not_before = now + timedelta(seconds=min(LONGEST_LOOK, max(first, waited / 2)))
    move(s, post, PostState.ACCEPTED, _("已提交，平台审核中"))


def _awaiting(s: Session, post: Post, receipt: Receipt) -> None:
    if post.withdraw_reason is not None:
        move(s, post, PostState.AWAITING_PERSON, receipt.message)
        title = _("请在{name}删除一条内容")
    else:
        move(s, post, PostState.AWAITING_PERSON, _("发布包已备好，请在手机上发布后回填链接和截图"))
        title = _("请在{name}人工发布一条内容")
    _tell(s, post, title, kind=NoticeKind.HANDOFF, role=Role.operations)


def _refused(s: Session, post: Post, receipt: Receipt) -> None:
    move(s, post, PostState.REFUSED, receipt.message)


def _gone(s: Session, post: Post, receipt: Receipt) -> None:
    ours = post.withdraw_reason
    move(s, post, PostState.WITHDRAWN, ours or _("平台已下架：{reason}").format(reason=receipt.message))
    if not ours:
        _tell(s, post, _("{name}的一条内容已被平台下架"))


_ENTERED: dict[ReceiptState, Callable[[Session, Post, Receipt], None]] = {
    ReceiptState.LIVE: _live,
    ReceiptState.ACCEPTED: _accepted,
    ReceiptState.AWAITING_PERSON: _awaiting,
    ReceiptState.REFUSED: _refused,
    ReceiptState.GONE: _gone,
}


def keep_pack(s: Session, post: Post, pack: Any) -> None:
    """Attach a publish pack (a new Asset) to the operator's task."""
    s.add(pack)
    s.flush()
    handoff = s.scalar(select(ManualPosting).where(ManualPosting.post_id == post.id))
    if handoff is None:
        handoff = ManualPosting(post_id=post.id, created_at=clock.now())
        s.add(handoff)
    handoff.pack_id = pack.id
    s.flush()
