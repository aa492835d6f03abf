"""Changing a patient's voice: the stretches a person chose, and taking a choice back, with who did it.

A stretch goes into the digest that people sign, along with a new revision, and away with the film.
"""

import math

from sqlalchemy.orm import Session

from review.items import lookup
from review.redaction import decisions as redaction_decisions
from review.redaction import faces as face_naming
from yiyuan import audit, clock
from yiyuan.codes import AuditAction
from yiyuan.errors import BadInput, Missing
from yiyuan.i18n import _
from yiyuan.models import Asset, Staff, VoiceChange

MOST = 100  # stretches; more is a film whose whole sound should be changed
LEAST = 0.1  # seconds; a shorter stretch is a slip


def change(s: Session, author: Staff, item_id: int, first: float, last: float) -> VoiceChange:
    """Change every voice in a stretch from the next rendering on. BadInput for times outside the film."""
    item = lookup.locked(s, item_id)
    revision = lookup.revision(s, item)
    face_naming.require_naming(item, revision, author)
    first, last = _within(lookup.video(s, revision), first, last)
    standing = redaction_decisions.voices(s, revision)
    if any((row.first_seconds, row.last_seconds) == (first, last) for row in standing):
        raise BadInput(_("这一段已经选了变声"), field="voice_first")
    if len(standing) >= MOST:
        raise BadInput(_("变声的段数超过 {most}：请改选全片变声").format(most=MOST), field="voice_first")
    row = VoiceChange(
        revision_id=revision.id,
        first_seconds=first,
        last_seconds=last,
        chosen_by=author.id,
        chosen_at=clock.now(),
    )
    s.add(row)
    s.flush()
    lookup.edited_by(revision, author)
    audit.append(s, author, AuditAction.VOICE_CHANGE, f"item:{item.id}", {"seconds": [first, last]})
    return row


def restore(s: Session, author: Staff, item_id: int, change_id: int) -> None:
    """Leave a stretch as it was spoken from the next rendering on; the audit entries tell who changed what."""
    item = lookup.locked(s, item_id)
    revision = lookup.revision(s, item)
    face_naming.require_naming(item, revision, author)
    row = s.get(VoiceChange, change_id)
    if row is None or row.revision_id != revision.id:
        raise Missing(_("没有这段变声，请刷新页面"))
    gone = [row.first_seconds, row.last_seconds]
    s.delete(row)
    s.flush()
    lookup.edited_by(revision, author)
    audit.append(s, author, AuditAction.VOICE_RESTORE, f"item:{item.id}", {"seconds": gone})


def _within(film: Asset | None, first: float, last: float) -> tuple[float, float]:
    if film is None:
        raise Missing(_("这篇稿件没有视频"))
    end = film.seconds or 0.0
    known = math.isfinite(first) and math.isfinite(last)
    first, last = round(max(0.0, first), 3), round(min(last, end), 3)
    if not known or last - first < LEAST:
        message = _("变声的起止时间不对：请填 0 到 {end} 秒之间的起止时间，起点早于终点")
        raise BadInput(message.format(end=round(end, 2)), field="voice_first")
    return first, last
