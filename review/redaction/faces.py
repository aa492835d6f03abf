"""Naming faces (指认人脸) and accepting the redactions, which freezes the revision."""

from sqlalchemy.orm import Session

from review.items import lookup, originals
from review.redaction import doubts
from review.redaction.decisions import kept, outdated, standing
from yiyuan import audit, clock
from yiyuan.codes import AuditAction, FaceNaming, ItemState
from yiyuan.errors import BadInput, Conflict, Missing
from yiyuan.i18n import _
from yiyuan.models import Consent, Item, Revision, Staff, Track, TrackConsent

__all__ = ["kept", "name_track", "outdated", "require_naming", "standing"]

#: From this score on, saying that a track is no face needs a reason.
SURE = 0.5


def name_track(
    s: Session, author: Staff, track_id: int, naming: str, agreement: str = "", *, consent_id: int | None = None
) -> Track:
    """Say who a face is. Staff who agreed stay visible, so does a patient with a linked consent; others are masked.

    What is no face at all is left as it is. Unnamed takes back what was said: the track is masked and open again.
    """
    track = s.get(Track, track_id)
    if track is None:
        raise Missing(_("没有这段人脸"))
    revision = s.get_one(Revision, track.revision_id)
    item = lookup.locked(s, revision.item_id)
    require_naming(item, revision, author)
    chosen = FaceNaming.known(naming)
    if chosen is None:
        raise BadInput(_("请选择：本院人员、患者、其他人或不是人脸"), field="naming")
    track.naming, track.agreement = chosen, _words_for(s, revision, track, chosen, agreement.strip())
    signature = (author.id, clock.now()) if chosen != FaceNaming.UNNAMED else (None, None)
    track.named_by, track.named_at = signature
    _link_consent(s, item, track, consent_id)
    doubts.settle(s, revision, track)
    lookup.edited_by(revision, author)
    audit.append(s, author, AuditAction.TRACK_NAME, f"item:{item.id}", {"track": track.number, "naming": naming})
    return track


def _words_for(s: Session, revision: Revision, track: Track, naming: FaceNaming, given: str) -> str:
    """The agreement of staff who stay visible, or why what looks like a face is none."""
    if naming == FaceNaming.STAFF:
        words = given or originals.opened(s, revision).agreement
        if not words:
            raise BadInput(_("请填写出镜人员姓名和其同意的说明"), field="agreement")
        return words
    if naming == FaceNaming.OBJECT and track.score >= SURE and not given:
        raise BadInput(_("系统较有把握这是人脸：请说明为什么不是患者的脸（如海报、人体模型）"), field="agreement")
    return given if naming == FaceNaming.OBJECT else ""


def require_naming(item: Item, revision: Revision, staff: Staff) -> None:
    """Conflict or Refused unless this person may decide now what is covered in the item's current revision."""
    lookup.require_state(item, (ItemState.NAMING,), _("指认人脸"))
    lookup.require_unfrozen(revision)
    if revision.number != item.revision_number:
        raise Conflict(_("这是旧版本，请在当前版本上操作"))
    originals.require_editor(item, staff, _("确认稿件"))


def _link_consent(s: Session, item: Item, track: Track, consent_id: int | None) -> None:
    link = s.get(TrackConsent, track.id)
    if link is not None:
        s.delete(link)
        s.flush()
    if consent_id is None:
        return
    consent = s.get(Consent, consent_id)
    if consent is None or consent.item_id != item.id or track.naming != FaceNaming.PATIENT:
        raise BadInput(_("知情同意书与该患者不符"), field="consent_id")
    s.add(TrackConsent(track_id=track.id, consent_id=consent.id))
    s.flush()
