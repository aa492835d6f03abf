"""Proof that a person posted by hand: a link of the right shape, used once, and a screenshot drawn anew by us.

No foreign file comes here: the caller has the screenshot drawn anew (`privacy.api.screenshot`) and hands in the JPEG.
"""

from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.accounts import credentials
from channels.contract import Receipt
from channels.delivery import transitions
from channels.registry import channel
from yiyuan import audit, clock
from yiyuan.codes import AssetRole, AuditAction, PostState, ReceiptState
from yiyuan.errors import Conflict, Missing
from yiyuan.i18n import _
from yiyuan.models import ManualPosting, Post, Staff
from yiyuan.staff.permissions import Action, require
from yiyuan.storage import media


def prove(s: Session, staff: Staff, post_id: int, url: str, picture: bytes) -> Post:
    """Accept the proof; the post is live from now on. picture: the screenshot as drawn anew, a JPEG.

    BadInput for a link that is none of this platform's posts; Conflict when the link already proves another post.
    """
    require(staff, Action.prove_post)
    post = s.get(Post, post_id, with_for_update=True)
    if post is None:
        raise Missing(_("发布单不存在"))
    host = urlsplit(credentials.sandbox_base()).netloc if post.sandbox else ""
    external_id = channel(post.platform).external_id(url, sandbox_host=host)
    handoff = s.scalar(select(ManualPosting).where(ManualPosting.post_id == post.id))
    if post.state != PostState.AWAITING_PERSON or post.withdraw_reason is not None or handoff is None:
        raise Conflict(_("这条发布单没有等待人工发布"))
    same = select(Post.id).where(Post.platform == post.platform, Post.external_id == external_id, Post.id != post.id)
    other = s.scalar(same)
    if other is not None:
        raise Conflict(_("这个链接已用于发布单 {number}，请核对").format(number=other), field="url")
    asset = media.store_derived(
        s, picture, role=AssetRole.PROOF, media_type="image/jpeg", item_id=post.item_id, filename="proof.jpg"
    )
    handoff.proof_url, handoff.proof_id = url.strip(), asset.id
    handoff.done_by, handoff.done_at = staff.id, clock.now()
    audit.append(
        s, staff, AuditAction.POST_PROVE, f"post:{post.id}", {"external_id": external_id, "proof": asset.sha256}
    )
    transitions.enter(s, post, Receipt(state=ReceiptState.LIVE, external_id=external_id, url=url.strip()))
    s.flush()
    return post


def keep_removal(s: Session, staff: Staff, post: Post, picture: bytes) -> None:
    """Keep the screenshot that shows a post is gone with its hand-off. picture: as for `prove`."""
    handoff = s.scalar(select(ManualPosting).where(ManualPosting.post_id == post.id))
    if handoff is None:
        handoff = ManualPosting(post_id=post.id, created_at=clock.now())
        s.add(handoff)
    asset = media.store_derived(
        s,
        picture,
        role=AssetRole.PROOF,
        media_type="image/jpeg",
        item_id=post.item_id,
        filename="removal.jpg",
    )
    handoff.removal_proof_id, handoff.removed_by, handoff.removed_at = asset.id, staff.id, clock.now()
    audit.append(s, staff, AuditAction.POST_PROVE_REMOVAL, f"post:{post.id}", {"proof": asset.sha256})
