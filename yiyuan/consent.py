"""Does every patient who can be seen or heard consent to this channel on this day?"""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from yiyuan.errors import Refused
from yiyuan.models import Consent, Revision
from yiyuan.texts import _

#: What a consent must name under `uses` for a post to go out.
PUBLISHING = "publish"


def reason_against(consent: Consent, platform: str, day: date) -> str:
    """Why the consent does not cover a platform on a day, in Chinese; "" when it does."""
    if consent.withdrawn_at is not None:
        return _("{subject}已撤回知情同意").format(subject=consent.subject)
    if PUBLISHING not in consent.uses:
        return _("{subject}的知情同意不含公开发布").format(subject=consent.subject)
    if "*" not in consent.channels and platform not in consent.channels:
        return _("{subject}的知情同意不含该平台").format(subject=consent.subject)
    if day < consent.from_day or (consent.to_day is not None and day > consent.to_day):
        return _("{subject}的知情同意在 {day} 不在有效期内").format(subject=consent.subject, day=day.isoformat())
    return ""


def covers(s: Session, revision: Revision, platform: str, day: date) -> None:
    """Refused, with the reason, when a consent of the item does not cover the platform and the day."""
    for consent in s.scalars(select(Consent).where(Consent.item_id == revision.item_id).order_by(Consent.id)):
        reason = reason_against(consent, platform, day)
        if reason:
            raise Refused(reason, field="consent")
