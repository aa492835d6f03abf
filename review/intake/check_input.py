"""The package that is checked, put together from the rows of a revision."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.accounts import register
from compliance.types import ConsentFact, Package, TrackSummary, VariantFact
from review.items import attached_files, lookup, originals
from review.redaction import decisions as redaction_decisions
from review.redaction.text import Redacted
from yiyuan import clock
from yiyuan.codes import AccountStatus, AssetKind, AssetRole, FaceNaming, FactName
from yiyuan.models import Account, Consent, Item, Revision, Track, Variant


def of_revision(s: Session, item: Item, revision: Revision, redacted: Redacted, variants: Sequence[Variant]) -> Package:
    """Everything the public would see of a revision, and who stands behind it."""
    author = lookup.person(s, item.author_id)
    texts = redacted.texts
    own: dict[str, str] = {}
    for form in redacted.form.variants:
        own |= {f"variant.{form.account_id}.title": form.title, f"variant.{form.account_id}.body": form.body}
    # The first fault that the register finds in the chosen accounts; active without any, None without accounts.
    accounts = [s.get_one(Account, variant.account_id) for variant in variants]
    faults = (fault for account in accounts if (fault := register.fault(s, account)))
    return Package(
        texts=texts | {name: text for name, text in own.items() if text},
        content_class=item.content_class,
        tags=tuple(redacted.tags),
        facts=dict(revision.facts),
        author=author.name,
        title=author.title,
        department=item.department,
        practice_place=str(revision.facts.get(FactName.PRACTICE_PLACE, originals.hospital_names()[0])),
        source=texts.get("source", ""),
        disclaimer=texts.get("disclaimer", ""),
        approval_number=str(revision.facts.get(FactName.APPROVAL_NUMBER, "")),
        ai_label=revision.ai_label,
        ai_verified_by=revision.ai_verified_by,
        account_status=next(faults, AccountStatus.ACTIVE if accounts else None),
        platforms=tuple(dict.fromkeys(variant.platform for variant in variants)),
        # 公众号 counts the tags of the article's HTML too, so its body is handed over as it will be sent.
        variants=tuple(
            VariantFact(variant.platform, variant.title, variant.body, tuple(variant.tags)) for variant in variants
        ),
        planned_day=clock.local(item.planned_at).date() if item.planned_at else None,
        consents=tuple(_consent(row) for row in s.scalars(select(Consent).where(Consent.item_id == item.id))),
        has_video=lookup.video(s, revision) is not None,
        tracks=_tracks(s, revision),
    )


def _consent(row: Consent) -> ConsentFact:
    return ConsentFact(
        subject=row.subject,
        uses=tuple(row.uses),
        channels=tuple(row.channels),
        from_day=row.from_day,
        to_day=row.to_day,
        minor=row.minor,
        guardian=row.guardian,
        has_scan=row.scan_id is not None,
        withdrawn=row.withdrawn_at is not None,
    )


def _tracks(s: Session, revision: Revision) -> TrackSummary | None:
    """None while the film waits to be looked at, and when there is neither film nor picture."""
    film = lookup.video(s, revision)
    if film is None and not attached_files.attached(s, revision):
        return None
    if film is not None and lookup.asset(s, revision, AssetRole.DETECTION, AssetKind.ORIGINAL) is None:
        return None
    found = list(s.scalars(select(Track).where(Track.revision_id == revision.id)))
    kept = set(redaction_decisions.kept(s, revision))
    shown = [track for track in found if track.number in kept]
    patients = sum(track.naming == FaceNaming.PATIENT for track in shown)
    return TrackSummary(
        total=len(found),
        staff=sum(track.naming == FaceNaming.STAFF for track in shown),
        masked=len(found) - len(shown),
        unnamed=sum(not track.naming for track in found),
        shown=patients,
        shown_with_consent=patients,
    )
