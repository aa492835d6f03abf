"""Naming faces (指认人脸) and accepting the redactions, which freezes the revision."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from review import originals, rows, stages
from review.starting import start_intake
from yiyuan import audit, clock
from yiyuan.canonical import digest
from yiyuan.errors import BadInput, Conflict, Missing, Refused
from yiyuan.models import Asset, Consent, Item, Revision, Staff, Track, TrackConsent, Verdict
from yiyuan.release import revision_digest
from yiyuan.texts import _

NAMINGS = ("staff", "patient", "other", "")


def name_track(
    s: Session, author: Staff, track_id: int, naming: str, agreement: str = "", *, consent_id: int | None = None
) -> Track:
    """Say who a face is. Staff who agreed stay visible, so does a patient with a linked consent; others are masked."""
    track = s.get(Track, track_id)
    if track is None:
        raise Missing(_("没有这段人脸"))
    revision = s.get_one(Revision, track.revision_id)
    item = rows.locked(s, revision.item_id)
    _require_naming(item, revision, author)
    if naming not in NAMINGS:
        raise BadInput(_("请选择：本院人员、患者或其他人"), field="naming")
    agreement = agreement.strip() or (originals.opened(s, revision).agreement if naming == "staff" else "")
    if naming == "staff" and not agreement:
        raise BadInput(_("请填写出镜人员姓名和其同意的说明"), field="agreement")
    track.naming, track.agreement = naming, agreement if naming == "staff" else ""
    track.named_by, track.named_at = author.id, clock.now()
    _link_consent(s, item, track, consent_id)
    rows.edited_by(revision, author)
    audit.append(s, author, "track.name", f"item:{item.id}", {"track": track.number, "naming": naming})
    return track


def _require_naming(item: Item, revision: Revision, staff: Staff) -> None:
    rows.require_state(item, ("naming",), _("指认人脸"))
    rows.require_unfrozen(revision)
    if revision.number != item.revision_number:
        raise Conflict(_("这是旧版本，请在当前版本上操作"))
    if not originals.may_edit(item, staff):
        raise Refused(_("只有作者、同科室医生、宣传部和运营团队可以确认稿件"))


def _link_consent(s: Session, item: Item, track: Track, consent_id: int | None) -> None:
    link = s.get(TrackConsent, track.id)
    if link is not None:
        s.delete(link)
        s.flush()
    if consent_id is None:
        return
    consent = s.get(Consent, consent_id)
    if consent is None or consent.item_id != item.id or track.naming != "patient":
        raise BadInput(_("知情同意书与该患者不符"), field="consent_id")
    s.add(TrackConsent(track_id=track.id, consent_id=consent.id))
    s.flush()


def kept(s: Session, revision: Revision) -> list[int]:
    """Numbers of the tracks that stay visible: staff who agreed, patients whose consent stands."""
    rows_ = s.scalars(select(Track).where(Track.revision_id == revision.id).order_by(Track.number))
    return [track.number for track in rows_ if _stays(s, track)]


def _stays(s: Session, track: Track) -> bool:
    if track.naming == "staff":
        return bool(track.agreement)
    link = s.get(TrackConsent, track.id) if track.naming == "patient" else None
    consent = s.get(Consent, link.consent_id) if link else None
    return consent is not None and consent.withdrawn_at is None


def profile(detection: Asset, keep: Sequence[int]) -> str:
    """Names what a derived video was made of: which detection, which faces kept."""
    return f"mosaic-{digest([detection.sha256, sorted(keep)])[:32]}"


def outdated(s: Session, revision: Revision) -> bool:
    """The derived video shows other faces than the namings say, or is not there."""
    detection = rows.asset(s, revision, "detection", "original")
    if detection is None:
        return rows.video(s, revision) is not None
    made = rows.asset(s, revision, "video", "derived")
    return made is None or made.profile != profile(detection, kept(s, revision))


def accept_redactions(s: Session, author: Staff, item_id: int, version: int) -> Item:
    """Accept texts and video as redacted: the revision freezes and level 1 opens.

    When namings changed what must be masked, the video is rendered anew first and the freeze follows by itself.
    """
    item = rows.locked(s, item_id, version)
    revision = rows.revision(s, item)
    _require_naming(item, revision, author)
    _require_checked(s, revision)
    rows.edited_by(revision, author)
    revision.accepted_by, revision.accepted_at = author.id, clock.now()
    audit.append(s, author, "item.accept", f"item:{item.id}", {"revision": revision.id})
    if outdated(s, revision):
        start_intake(s, item, revision)
    else:
        freeze(s, item, revision)
    return item


def _require_checked(s: Session, revision: Revision) -> None:
    failed = s.scalar(select(Verdict).where(Verdict.revision_id == revision.id, Verdict.verdict == "failed"))
    if failed is not None:
        raise Refused(_("有检查未能完成，不能视为通过，请重新检查后再确认"))


def freeze(s: Session, item: Item, revision: Revision) -> None:
    """Fix the revision's digest and open level 1."""
    revision.digest, revision.frozen_at = revision_digest(s, revision), clock.now()
    rows.moved(item, "review")
    audit.append(s, None, "revision.freeze", f"item:{item.id}", {"revision": revision.id, "digest": revision.digest})
    stages.open_level(s, item, revision, 1)


def recheck(s: Session, author: Staff, item_id: int, version: int) -> None:
    """Run the checks again, for instance because one of them failed."""
    item = rows.locked(s, item_id, version)
    revision = rows.revision(s, item)
    _require_naming(item, revision, author)
    revision.accepted_by = revision.accepted_at = None
    start_intake(s, item, revision)
    audit.append(s, author, "item.recheck", f"item:{item.id}", {"revision": revision.id})
