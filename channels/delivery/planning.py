"""Planning: from an approved revision to one post per platform variant, each with its release token."""

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from release import token
from yiyuan import audit, clock
from yiyuan.codes import AuditAction, PostState
from yiyuan.errors import BadInput, Conflict, Missing
from yiyuan.i18n import _
from yiyuan.models import Account, Item, Post, Revision, Staff, Variant
from yiyuan.staff.permissions import Action, require


def plan(s: Session, revision_id: int) -> list[Post]:
    """The posts of an approved revision, made if they are not there yet; due at the item's time, else now.

    Refused when the revision is not wholly approved.
    """
    item = s.get_one(Item, s.get_one(Revision, revision_id).item_id)
    posts = []
    for variant in s.scalars(select(Variant).where(Variant.revision_id == revision_id).order_by(Variant.id)):
        post = s.scalar(select(Post).where(Post.variant_id == variant.id))
        posts.append(post or _planned(s, item, variant))
    return posts


def _planned(s: Session, item: Item, variant: Variant) -> Post:
    account = s.get_one(Account, variant.account_id)
    post = Post(
        item_id=item.id,
        revision_id=variant.revision_id,
        variant_id=variant.id,
        account_id=account.id,
        platform=account.platform,
        due_at=item.planned_at or clock.now(),
        token="",
        # Short enough for a description, and nobody else's: a lost submit is found by it.
        marker=f"yy{variant.id}{secrets.token_hex(5)}",
        sandbox=account.sandbox,
        created_at=clock.now(),
    )
    s.add(post)
    s.flush()
    post.token = token.issue_token(s, post)
    audit.append(s, None, AuditAction.POST_PLAN, f"post:{post.id}", {"item": item.id, "revision": variant.revision_id})
    return post


def reschedule(s: Session, staff: Staff, post_id: int, due_at: datetime) -> None:
    """Move a post that has not begun; its token is issued anew. Refused when the old token does not hold."""
    require(staff, Action.reschedule_post)
    post = s.get(Post, post_id, with_for_update=True)
    if post is None:
        raise Missing(_("发布单不存在"))
    if post.state != PostState.PLANNED or (post.lease_until is not None and post.lease_until > clock.now()):
        raise Conflict(_("这条发布单已经开始发布，不能再改时间"))
    if due_at < clock.now():
        raise BadInput(_("发布时间已经过去，请重新选择"), field="due_at")
    before = post.due_at
    token.reschedule(s, post, due_at)
    detail = {"from": before.isoformat(), "to": due_at.isoformat()}
    audit.append(s, staff, AuditAction.POST_RESCHEDULE, f"post:{post.id}", detail)
