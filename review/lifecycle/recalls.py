"""Take-downs that are due by themselves (shelf life, ended consents), and reminders until each is proved."""

from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from channels import registry
from channels.delivery import takedown
from notifications import notices
from release import consent_coverage
from yiyuan import clock
from yiyuan.codes import NoticeKind, PostState
from yiyuan.db.session import transaction
from yiyuan.i18n import _
from yiyuan.models import Consent, Post, Revision
from yiyuan.staff.roles import Role

#: Out, or about to be: what an ended consent concerns. What is still planned is refused at its send.
_OUT = (PostState.ACCEPTED, PostState.AWAITING_PERSON, PostState.LIVE, PostState.UNSURE, PostState.SENDING)
#: A recall that is not proved within this time is said again, once a day.
PATIENCE = timedelta(hours=24)


def sweep() -> int:
    """Recall what may not stay and remind of recalls that nobody has proved; returns how many were recalled."""
    with transaction() as s:
        due = [*_expired(s), *_unconsented(s)]
        for post_id, reason in due:
            takedown.withdraw(s, None, post_id, reason)
        _remind(s)
        return len(due)


def _expired(s: Session) -> list[tuple[int, str]]:
    over = select(Post.id).where(
        Post.state == PostState.LIVE, Post.recalled_at.is_(None), Post.expires_at <= clock.now()
    )
    return [(post_id, _("已到保存期限，自动下架")) for post_id in s.scalars(over.order_by(Post.id))]


def _unconsented(s: Session) -> list[tuple[int, str]]:
    today = clock.today()
    ended = or_(Consent.withdrawn_at.is_not(None), Consent.to_day < today)
    query = select(Post, Revision).join(Revision, Revision.id == Post.revision_id)
    query = query.where(Post.state.in_(_OUT), Post.recalled_at.is_(None))
    query = query.where(Post.item_id.in_(select(Consent.item_id).where(ended))).order_by(Post.id)
    return [
        (post.id, reasons[0])
        for post, revision in s.execute(query).tuples()
        if (reasons := consent_coverage.reasons(s, revision, [post.platform], today))
    ]


def open_recalls(s: Session) -> list[Post]:
    """Posts that have to be gone and are not proved to be, the longest first."""
    query = select(Post).where(Post.recalled_at.is_not(None), Post.gone_at.is_(None), Post.state != PostState.REFUSED)
    return list(s.scalars(query.order_by(Post.recalled_at, Post.id)))


def _remind(s: Session) -> None:
    now = clock.now()
    for post in open_recalls(s):
        if post.recalled_at is None or now - post.recalled_at < PATIENCE:
            continue
        name = _(registry.capabilities(post.platform).name)
        notices.post(
            s,
            key=f"recall:{post.id}:{clock.today()}",
            kind=NoticeKind.HANDOFF,
            title=_("{name}的发布单 {number} 仍未证实已下架").format(name=name, number=post.id),
            body=post.message,
            link=f"/posts/{post.id}",
            role=Role.publicity,
            urgent=True,
        )
