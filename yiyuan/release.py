"""The release token: proof, recomputed at send time, that exactly these bytes were signed by exactly these people.

The HMAC key lies outside the database, so neither an administrator nor a restored or edited database can make a post
that was not approved go out.
"""

import hmac
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from yiyuan import media
from yiyuan.canonical import canonical, digest
from yiyuan.errors import Refused
from yiyuan.keys import keyring
from yiyuan.models import (
    Account,
    Asset,
    Consent,
    Decision,
    Finding,
    HitChoice,
    Item,
    ManualMask,
    Post,
    Revision,
    Track,
    TrackConsent,
    Variant,
    Verdict,
)
from yiyuan.texts import _

VERSION = 1
#: The mark of what is for teaching inside the hospital: a page fact of the form, or a tag.
INTERNAL, INTERNAL_TAG = "internal", "院内教学"


def is_internal(revision: Revision, *variants: Variant) -> bool:
    """Whether a revision, or what a platform would get of it, is marked for the hospital's own teaching."""
    tags = {*revision.tags, *(tag for variant in variants for tag in variant.tags)}
    return bool(revision.facts.get(INTERNAL)) or INTERNAL_TAG in tags


def _derived(s: Session, revision: Revision) -> list[Asset]:
    mine = select(Asset).where(Asset.revision_id == revision.id, Asset.kind == "derived", Asset.erased_at.is_(None))
    return list(s.scalars(mine.order_by(Asset.id)))


def _assets(s: Session, revision: Revision) -> list[dict[str, Any]]:
    sources = {row.id: row.sha256 for row in s.scalars(select(Asset).where(Asset.item_id == revision.item_id))}
    return [
        {"role": a.role, "sha256": a.sha256, "original": sources.get(a.source_id or 0)} for a in _derived(s, revision)
    ]


def _consents(s: Session, revision: Revision) -> list[dict[str, Any]]:
    rows = s.scalars(select(Consent).where(Consent.item_id == revision.item_id).order_by(Consent.id))
    names = ("subject", "uses", "channels", "from_day", "to_day", "minor", "guardian", "scan_id")
    return [{name: getattr(row, name) for name in names} for row in rows]


def _covering(s: Session, revision: Revision) -> dict[str, Any]:
    """What people decided about covering: boxes that stand, choices for single identifiers."""
    drawn = select(ManualMask).where(ManualMask.revision_id == revision.id, ManualMask.removed_at.is_(None))
    chosen = select(HitChoice).where(HitChoice.revision_id == revision.id).order_by(HitChoice.place)
    box = ("x", "y", "w", "h", "first_seconds", "last_seconds", "drawn_by")
    return {
        "masks": [[getattr(m, name) for name in box] for m in s.scalars(drawn.order_by(ManualMask.id))],
        "choices": [[c.place, c.choice, c.reason, c.chosen_by] for c in s.scalars(chosen)],
    }


def _sha(s: Session, asset_id: int | None) -> str | None:
    asset = s.get(Asset, asset_id) if asset_id is not None else None
    return asset.sha256 if asset else None


def variant_content(s: Session, variant: Variant) -> dict[str, Any]:
    """Everything of a variant that a platform will get."""
    names = ("account_id", "platform", "title", "body", "tags", "extra")
    plain = {name: getattr(variant, name) for name in names}
    return plain | {"cover": _sha(s, variant.cover_id), "video": _sha(s, variant.video_id)}


def revision_content(s: Session, revision: Revision) -> dict[str, Any]:
    """What a signature under the revision stands for (design section 11). The schedule is not part of it."""
    item = s.get_one(Item, revision.item_id)
    variants = s.scalars(select(Variant).where(Variant.revision_id == revision.id).order_by(Variant.account_id))
    tracks = s.execute(
        select(Track, TrackConsent.consent_id)
        .join(TrackConsent, TrackConsent.track_id == Track.id, isouter=True)
        .where(Track.revision_id == revision.id)
        .order_by(Track.number)
    ).tuples()
    return {
        "version": VERSION,
        "item": item.id,
        "number": revision.number,
        "author": item.author_id,
        "editors": revision.editors,
        "department": item.department,
        "class": item.content_class,
        "policy": item.policy,
        "texts": revision.texts,
        "tags": revision.tags,
        "facts": revision.facts,
        "ai": [revision.ai_label, revision.ai_verified_by],
        "assets": _assets(s, revision),
        "declared": revision.declared,
        "covering": _covering(s, revision),
        "tracks": [[track.number, track.naming, track.agreement, consent_id] for track, consent_id in tracks],
        "consents": _consents(s, revision),
        "variants": [variant_content(s, variant) for variant in variants],
    }


def revision_digest(s: Session, revision: Revision) -> str:
    """sha256 of the canonical content of a revision, hex."""
    s.flush()
    return digest(revision_content(s, revision))


def findings_digest(s: Session, revision: Revision) -> str:
    """sha256 of the findings and verdicts as they stand: what a reviewer saw."""
    s.flush()
    names = ("id", "rule", "severity", "field", "start", "end", "disposition", "reason")
    findings = s.scalars(select(Finding).where(Finding.revision_id == revision.id).order_by(Finding.id))
    verdicts = s.scalars(select(Verdict).where(Verdict.revision_id == revision.id).order_by(Verdict.checker))
    return digest(
        [
            [[getattr(f, name) for name in names] for f in findings],
            [[v.checker, v.verdict, v.ticked_by] for v in verdicts],
        ]
    )


def decision_mac(decision: Decision) -> str:
    """HMAC of everything a person signed with this decision."""
    names = (
        "revision_id",
        "level",
        "staff_id",
        "delegate_of",
        "verdict",
        "reason",
        "answers",
        "digest",
        "findings_digest",
        "signed_at",
    )
    return keyring().mac(b"decision:" + canonical({name: getattr(decision, name) for name in names}))


def _signed(s: Session, revision: Revision) -> list[str]:
    """The MACs of the approvals of a revision; Refused when one does not match its row."""
    rows = list(
        s.scalars(select(Decision).where(Decision.revision_id == revision.id).order_by(Decision.level, Decision.id))
    )
    for row in rows:
        if not hmac.compare_digest(row.mac, decision_mac(row)):
            raise Refused(_("审核意见与签名不符，已拒绝发布，请联系审计员"))
        if row.verdict != "approve" or row.digest != revision.digest:
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


def check_approved(s: Session, post: Post) -> None:
    """Refused unless the item is approved and its content is still what was signed, media bytes included."""
    s.flush()
    item, revision = s.get_one(Item, post.item_id), s.get_one(Revision, post.revision_id)
    variant = s.get_one(Variant, post.variant_id)
    if item.state != "approved" or revision.item_id != item.id or variant.revision_id != revision.id:
        raise Refused(_("稿件未通过三级审核，已拒绝发布"))
    if is_internal(revision, variant):
        raise Refused(_("标记为“院内教学”的内容不得对外发布"))
    if revision.digest is None or revision.digest != revision_digest(s, revision):
        raise Refused(_("内容与审核时不一致，已拒绝发布"))
    if variant.account_id != post.account_id or variant.platform != post.platform:
        raise Refused(_("发布账号与审核时不一致，已拒绝发布"))
    _check_media(s, revision, variant)


def _check_media(s: Session, revision: Revision, variant: Variant) -> None:
    """Refused unless every desensitised file of the revision lies there, byte for byte, as it was signed: film, cover,
    attachments, pictures of articles. A variant may name no other file. Missing when one is gone.
    """
    signed = {asset.id: asset for asset in _derived(s, revision)}
    named = {asset_id for asset_id in (variant.cover_id, variant.video_id) if asset_id is not None}
    changed = _("素材文件与审核时不一致，已拒绝发布")
    if named - signed.keys():
        raise Refused(changed)
    for asset in signed.values():
        if media.sha256_now(asset) != asset.sha256:
            raise Refused(changed)


def check_token(s: Session, post: Post) -> None:
    """Refused unless the post's token is the one recomputed from rows, keys and media bytes now."""
    check_approved(s, post)
    if not hmac.compare_digest(post.token, _token(s, post)):
        raise Refused(_("发布凭证无效，已拒绝发布，请联系审计员"))


def reschedule(s: Session, post: Post, due_at: datetime) -> None:
    """Move a post that is approved as it stands, and issue its token anew; Refused when the old token does not hold."""
    check_token(s, post)
    post.due_at = due_at
    post.token = _token(s, post)
