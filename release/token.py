"""The release token: proof, recomputed at send time, that exactly these bytes were signed by exactly these people.

The HMAC key lies outside the database, so neither an administrator nor a restored or edited database can make a post
that was not approved go out.
"""

import hmac
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from release.content import VERSION, _derived, decision_mac, is_as_frozen, is_internal, variant_content
from yiyuan.canonical_json import canonical
from yiyuan.codes import DecisionVerdict, ItemState
from yiyuan.crypto.keyring import keyring
from yiyuan.errors import Refused
from yiyuan.i18n import _
from yiyuan.models import (
    Account,
    Asset,
    Decision,
    Item,
    Post,
    Revision,
    Variant,
)
from yiyuan.storage import media


def _signed(s: Session, revision: Revision) -> list[str]:
    """The MACs of the approvals of a revision; Refused when one does not match its row."""
    rows = list(
        s.scalars(select(Decision).where(Decision.revision_id == revision.id).order_by(Decision.level, Decision.id))
    )
    for row in rows:
        if not hmac.compare_digest(row.mac, decision_mac(row)):
            raise Refused(_("审核意见与签名不符，已拒绝发布，请联系审计员"))
        if row.verdict != DecisionVerdict.APPROVE or row.digest != revision.digest:
            raise Refused(_("存在未通过的审核意见，已拒绝发布"))
    if not rows:
        raise Refused(_("该版本没有审核签名，已拒绝发布"))
    return [row.mac for row in rows]


def _token(s: Session, post: Post) -> str:
    revision, variant = s.get_one(Revision, post.revision_id), s.get_one(Variant, post.variant_id)
    account = s.get_one(Account, post.account_id)
    body = {
        "version": VERSION,
        "item": post.item_id,
        "revision": revision.digest,
        "decisions": _signed(s, revision),
        "variant": variant_content(s, variant),
        "due": post.due_at,
        "account": [account.id, account.platform],
    }
    return keyring().mac(b"release:" + canonical(body))


def issue_token(s: Session, post: Post) -> str:
    """The token of a post. The caller is the gate, after the last signature, or publicity moving the schedule.

    Refused when the revision is not wholly approved.
    """
    check_approved(s, post)
    return _token(s, post)


def check_approved(s: Session, post: Post, sha256_of: Callable[[Asset], str] = media.sha256_now) -> None:
    """Refused unless the item is approved and its content is still what was signed, media bytes included.

    sha256_of: the digest of a file's bytes as they lie there now; a delivery remembers it while the file stays.
    """
    s.flush()
    item, revision = s.get_one(Item, post.item_id), s.get_one(Revision, post.revision_id)
    variant = s.get_one(Variant, post.variant_id)
    if item.state != ItemState.APPROVED or revision.item_id != item.id or variant.revision_id != revision.id:
        raise Refused(_("稿件未通过三级审核，已拒绝发布"))
    if is_internal(revision, variant):
        raise Refused(_("标记为“院内教学”的内容不得对外发布"))
    if not is_as_frozen(s, revision):
        raise Refused(_("内容与审核时不一致，已拒绝发布"))
    if variant.account_id != post.account_id or variant.platform != post.platform:
        raise Refused(_("发布账号与审核时不一致，已拒绝发布"))
    _check_media(s, revision, variant, sha256_of)


def _check_media(s: Session, revision: Revision, variant: Variant, sha256_of: Callable[[Asset], str]) -> None:
    """Refused unless every desensitised file of the revision lies there, byte for byte, as it was signed: film, cover,
    attachments, pictures of articles. A variant may name no other file. Missing when one is gone.
    """
    signed = {asset.id: asset for asset in _derived(s, revision)}
    named = {asset_id for asset_id in (variant.cover_id, variant.video_id) if asset_id is not None}
    changed = _("素材文件与审核时不一致，已拒绝发布")
    if named - signed.keys():
        raise Refused(changed)
    for asset in signed.values():
        if sha256_of(asset) != asset.sha256:
            raise Refused(changed)


def check_token(s: Session, post: Post, sha256_of: Callable[[Asset], str] = media.sha256_now) -> None:
    """Refused unless the post's token is the one recomputed from rows, keys and media bytes now."""
    check_approved(s, post, sha256_of)
    if not hmac.compare_digest(post.token, _token(s, post)):
        raise Refused(_("发布凭证无效，已拒绝发布，请联系审计员"))


def reschedule(s: Session, post: Post, due_at: datetime) -> None:
    """Move a post that is approved as it stands, and issue its token anew; Refused when the old token does not hold."""
    check_token(s, post)
    post.due_at = due_at
    post.token = _token(s, post)
