"""What a person still has to decide about faces: weak, short, broken tracks, those that end in mid-shot."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from privacy.api import FaceTrack
from yiyuan.codes import Disposition, FaceNaming
from yiyuan.errors import Refused
from yiyuan.i18n import _
from yiyuan.models import Finding, Revision, Track

RULE = "face.doubt"


def open_tracks(s: Session, revision: Revision) -> list[Track]:
    """Tracks with a doubt that nobody has decided. They are masked meanwhile, as everything that was found."""
    query = select(Track).where(Track.revision_id == revision.id, Track.doubt != "", Track.named_by.is_(None))
    return list(s.scalars(query.order_by(Track.number)))


def require_none(s: Session, revision: Revision) -> None:
    """Refused, with the numbers, while a doubt is open."""
    still = open_tracks(s, revision)
    if still:
        raise Refused(message(still))


def message(still: list[Track]) -> str:
    """One Chinese sentence about open tracks."""
    numbers = "、".join(str(track.number) for track in still[:20])
    more = _("等 {n} 段").format(n=len(still)) if len(still) > 20 else ""
    message = _("人脸 {numbers}{more}仍有疑点未处理，请在“人脸与遮挡核对”中逐一决定打码或保留")
    return message.format(numbers=numbers, more=more)


def title(track: Track | FaceTrack) -> str:
    """The title of a doubt's finding; it names the track for people."""
    return _("第 {number} 号人脸请人工确认：{doubt}").format(number=track.number, doubt=track.doubt)[:400]


def settle(s: Session, revision: Revision, track: Track) -> None:
    """Carry a decision about a track over to the finding of its doubt."""
    query = select(Finding).where(Finding.revision_id == revision.id, Finding.rule == RULE)
    for finding in s.scalars(query.where(Finding.detection_index == track.number)):
        decide(finding, track)


def decide(finding: Finding, track: Track) -> None:
    """The decision as a disposition; open again when it was taken back."""
    finding.disposition = Disposition.ACCEPTED if track.naming else Disposition.OPEN
    finding.reason = words(track)
    finding.disposed_by, finding.disposed_at = track.named_by, track.named_at


def words(track: Track) -> str:
    """What was decided, Chinese; "" when nothing was."""
    return {
        FaceNaming.UNNAMED: "",
        FaceNaming.STAFF: _("本院人员，已同意出镜，保留"),
        FaceNaming.PATIENT: _("患者，打码（有书面同意的除外）"),
        FaceNaming.OTHER: _("其他人，打码"),
        FaceNaming.OBJECT: _("不是人脸，不打码"),
    }[track.naming]
