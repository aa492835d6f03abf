"""What a signature stands for: the canonical content of a revision, of its variants and of the findings."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import String, column, select, values
from sqlalchemy.orm import Session

from release.identifier_place import IdentifierPlace, voice_key
from yiyuan.canonical_json import canonical, digest
from yiyuan.codes import AssetKind, FactName, IdentifierDecision
from yiyuan.crypto.keyring import keyring
from yiyuan.models import (
    Asset,
    Consent,
    Decision,
    Finding,
    IdentifierChoice,
    Item,
    MaskBox,
    Revision,
    Track,
    TrackConsent,
    Variant,
    Verdict,
    VoiceChange,
    WaiverRequest,
)

VERSION = 1


#: The mark of what is for teaching inside the hospital: a page fact of the form, or a tag.
INTERNAL_TAG = "院内教学"


def is_internal(revision: Revision, *variants: Variant) -> bool:
    """Whether a revision, or what a platform would get of it, is marked for the hospital's own teaching."""
    tags = {*revision.tags, *(tag for variant in variants for tag in variant.tags)}
    return bool(revision.facts.get(FactName.INTERNAL)) or INTERNAL_TAG in tags


def _derived(s: Session, revision: Revision) -> list[Asset]:
    query = select(Asset).where(
        Asset.revision_id == revision.id, Asset.kind == AssetKind.DERIVED, Asset.erased_at.is_(None)
    )
    return list(s.scalars(query.order_by(Asset.id)))


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
    sources = {row.id: row.sha256 for row in s.scalars(select(Asset).where(Asset.item_id == revision.item_id))}
    # What people decided about covering: boxes that stand, choices for single identifiers, changed voices.
    drawn = select(MaskBox).where(MaskBox.revision_id == revision.id, MaskBox.removed_at.is_(None))
    box = ("x", "y", "w", "h", "first_seconds", "last_seconds", "drawn_by")
    # [key of the place, choice, reason, who chose]; a changed voice stands among them as a label of its stretch.
    chosen = s.scalars(select(IdentifierChoice).where(IdentifierChoice.revision_id == revision.id))
    changed = s.scalars(select(VoiceChange).where(VoiceChange.revision_id == revision.id))
    rows = s.scalars(select(Consent).where(Consent.item_id == revision.item_id).order_by(Consent.id))
    names = ("subject", "uses", "channels", "from_day", "to_day", "minor", "guardian", "scan_id")
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
        "assets": [
            {"role": a.role, "sha256": a.sha256, "original": sources.get(a.source_id or 0)}
            for a in _derived(s, revision)
        ],
        "declared": revision.declared,
        "covering": {
            "masks": [[getattr(m, name) for name in box] for m in s.scalars(drawn.order_by(MaskBox.id))],
            "choices": sorted(
                [
                    *([IdentifierPlace.of(c).key, c.choice, c.reason, c.chosen_by] for c in chosen),
                    *([voice_key(v), IdentifierDecision.LABEL, "", v.chosen_by] for v in changed),
                ],
                key=itemgetter(0),
            ),
        },
        "tracks": [[track.number, track.naming, track.agreement, consent_id] for track, consent_id in tracks],
        "consents": [{name: getattr(row, name) for name in names} for row in rows],
        "variants": [variant_content(s, variant) for variant in variants],
    }


def revision_digest(s: Session, revision: Revision) -> str:
    """sha256 of the canonical content of a revision, hex."""
    s.flush()
    return digest(revision_content(s, revision))


def is_as_frozen(s: Session, revision: Revision) -> bool:
    """Whether a revision is frozen and its content still is what was frozen.

    Before revision 0002 of the tables the database put the choices into order. That is the order of `sorted` on
    SQLite, and on PostgreSQL whatever the database was made with: a digest over either order stands for this content.
    """
    s.flush()
    if revision.digest is None:
        return False
    content = revision_content(s, revision)
    if revision.digest == digest(content):
        return True
    choices = {choice[0]: choice for choice in content["covering"]["choices"]}
    content["covering"]["choices"] = [choices[key] for key in _in_database_order(s, list(choices))]
    return revision.digest == digest(content)


def _in_database_order(s: Session, keys: Sequence[str]) -> list[str]:
    if not keys or s.get_bind().dialect.name != "postgresql":
        return sorted(keys)
    listed = values(column("key", String), name="listed").data([(key,) for key in keys])
    return list(s.scalars(select(listed.c.key).order_by(listed.c.key)))


def findings_digest(s: Session, revision: Revision) -> str:
    """sha256 of the findings and verdicts as they stand: what a reviewer saw.

    The reason of a finding that somebody asked to waive is the request's, while it waits.
    """
    s.flush()
    names = ("id", "rule", "severity", "field", "start", "end", "disposition")
    findings = s.scalars(select(Finding).where(Finding.revision_id == revision.id).order_by(Finding.id))
    verdicts = s.scalars(select(Verdict).where(Verdict.revision_id == revision.id).order_by(Verdict.checker))
    waiting = select(WaiverRequest.finding_id, WaiverRequest.reason).join(Finding)
    waiting = waiting.where(Finding.revision_id == revision.id, WaiverRequest.answered_at.is_(None))
    asked = dict(s.execute(waiting).tuples().all())
    return digest(
        [
            [[*(getattr(f, name) for name in names), asked.get(f.id, f.reason)] for f in findings],
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
