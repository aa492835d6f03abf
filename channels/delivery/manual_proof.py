"""Proof that a person posted by hand: a link of the right shape, used once, and a screenshot drawn anew by us."""

import io
from typing import BinaryIO
from urllib.parse import urlsplit

from PIL import Image, UnidentifiedImageError
from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.accounts import credentials
from channels.contract import Receipt
from channels.delivery import transitions
from channels.registry import channel
from yiyuan import audit, clock
from yiyuan.codes import AssetRole, PostState, ReceiptState
from yiyuan.errors import BadInput, Conflict, Missing
from yiyuan.i18n import _
from yiyuan.models import ManualPosting, Post, Staff
from yiyuan.staff.permissions import Action, require
from yiyuan.storage import media

MAX_BYTES, MAX_PIXELS, MAX_SIDE = 20 * 1024**2, 40_000_000, 4096


def redrawn(stream: BinaryIO) -> bytes:
    """The screenshot as a JPEG of our own: no metadata, no second file hidden behind the picture.

    BadInput (field "screenshot") when it is no picture, or too large.
    """
    content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise BadInput(_("截图超过 {size} MB").format(size=MAX_BYTES // 1024**2), field="screenshot")
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as image:
            if image.width * image.height > MAX_PIXELS:
                raise BadInput(_("截图的尺寸过大"), field="screenshot")
            plain = image.convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise BadInput(_("截图无法识别，请上传 PNG、JPEG 或 WebP 图片"), field="screenshot") from error
    plain.thumbnail((MAX_SIDE, MAX_SIDE))
    target = io.BytesIO()
    plain.save(target, "JPEG", quality=88)
    return target.getvalue()


def prove(s: Session, staff: Staff, post_id: int, url: str, screenshot: BinaryIO) -> Post:
    """Accept the proof; the post is live from now on.

    BadInput for a link that is none of this platform's posts, or an unreadable screenshot; Conflict when the link
    already proves another post. Call it before anything else in the transaction: the picture is drawn first.
    """
    require(staff, Action.prove_post)
    picture = redrawn(screenshot)
    post = s.get(Post, post_id, with_for_update=True)
    if post is None:
        raise Missing(_("发布单不存在"))
    host = urlsplit(credentials.sandbox_base()).netloc if post.sandbox else ""
    external_id = channel(post.platform).external_id(url, sandbox_host=host)
    handoff = s.scalar(select(ManualPosting).where(ManualPosting.post_id == post.id))
    if post.state != PostState.AWAITING_PERSON or post.withdraw_reason is not None or handoff is None:
        raise Conflict(_("这条发布单没有等待人工发布"))
    _check_unused(s, post, external_id)
    asset = media.store_derived(
        s, picture, role=AssetRole.PROOF, media_type="image/jpeg", item_id=post.item_id, filename="proof.jpg"
    )
    handoff.proof_url, handoff.proof_id = url.strip(), asset.id
    handoff.done_by, handoff.done_at = staff.id, clock.now()
    audit.append(s, staff, "post.prove", f"post:{post.id}", {"external_id": external_id, "proof": asset.sha256})
    transitions.enter(s, post, Receipt(state=ReceiptState.LIVE, external_id=external_id, url=url.strip()))
    s.flush()
    return post


def _check_unused(s: Session, post: Post, external_id: str) -> None:
    same = select(Post.id).where(Post.platform == post.platform, Post.external_id == external_id, Post.id != post.id)
    other = s.scalar(same)
    if other is not None:
        raise Conflict(_("这个链接已用于发布单 {number}，请核对").format(number=other), field="url")


def keep_removal(s: Session, staff: Staff, post: Post, screenshot: BinaryIO) -> None:
    """Keep the screenshot that shows a post is gone with its hand-off. BadInput when it is no picture."""
    handoff = s.scalar(select(ManualPosting).where(ManualPosting.post_id == post.id))
    if handoff is None:
        handoff = ManualPosting(post_id=post.id, created_at=clock.now())
        s.add(handoff)
    asset = media.store_derived(
        s,
        redrawn(screenshot),
        role=AssetRole.PROOF,
        media_type="image/jpeg",
        item_id=post.item_id,
        filename="removal.jpg",
    )
    handoff.removal_proof_id, handoff.removed_by, handoff.removed_at = asset.id, staff.id, clock.now()
    audit.append(s, staff, "post.prove_removal", f"post:{post.id}", {"proof": asset.sha256})
