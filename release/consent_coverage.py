"""Does every patient who can be seen or heard consent to this channel on this day?"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from yiyuan.codes import ConsentUse
from yiyuan.errors import Refused
from yiyuan.i18n import _
from yiyuan.models import Consent, Revision, Track, TrackConsent


def reason_against(consent: Consent, platform: str, day: date) -> str:
    """Why the consent does not cover a platform on a day, in Chinese; "" when it does."""
    if consent.withdrawn_at is not None:
        return _("{subject}已撤回知情同意").format(subject=consent.subject)
    if consent.minor and not (consent.guardian or "").strip():
        return _("{subject}是未成年人，知情同意没有监护人签字").format(subject=consent.subject)
    if ConsentUse.PUBLISH not in consent.uses:
        return _("{subject}的知情同意不含公开发布").format(subject=consent.subject)
    if "*" not in consent.channels and platform not in consent.channels:
        return _("{subject}的知情同意不含该平台").format(subject=consent.subject)
    if day < consent.from_day or (consent.to_day is not None and day > consent.to_day):
        return _("{subject}的知情同意在 {day} 不在有效期内").format(subject=consent.subject, day=day.isoformat())
    return ""


def concerning(s: Session, revision: Revision) -> list[Consent]:
    """The consents a revision rests on: all of its item, but for those withdrawn before the revision was made.

    Such a revision was made without that patient, unless a face of it still hangs on the consent; the checks stop it
    until a person has said so.
    """
    links = select(TrackConsent.consent_id).join(Track, Track.id == TrackConsent.track_id)
    linked = set(s.scalars(links.where(Track.revision_id == revision.id)))
    consents = s.scalars(select(Consent).where(Consent.item_id == revision.item_id).order_by(Consent.id))
    return [c for c in consents if c.withdrawn_at is None or c.withdrawn_at >= revision.created_at or c.id in linked]


def reasons(s: Session, revision: Revision, platforms: Iterable[str], day: date) -> list[str]:
    """Why the consents of a revision do not cover some platforms on a day, each reason once; [] when they do."""
    rest = concerning(s, revision)
    found = [reason_against(consent, platform, day) for platform in platforms for consent in rest]
    # Faces of patients that hang on a consent which is not one of the item's.
    links = select(Track.number).join(TrackConsent, TrackConsent.track_id == Track.id)
    strange = links.join(Consent, Consent.id == TrackConsent.consent_id).where(Consent.item_id != revision.item_id)
    numbers = s.scalars(strange.where(Track.revision_id == revision.id).order_by(Track.number))
    found += [_("第 {number} 号人脸关联的知情同意书不属于本稿件").format(number=number) for number in numbers]
    return list(dict.fromkeys(reason for reason in found if reason))


def covers(s: Session, revision: Revision, platform: str, day: date) -> None:
    """Refused, with the reason, when a consent of the item does not cover the platform and the day."""
    for reason in reasons(s, revision, [platform], day):
        raise Refused(reason, field="consent")
