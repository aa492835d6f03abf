"""What is covered in a revision: namings of faces, drawn boxes, choices on identifiers; and whether a copy shows it.

Automation covers everything it found; only what a person decided here takes something away from that.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from privacy.api import Box, HandBox, RenderDecisions
from release.identifier_place import IdentifierPlace
from review.items import lookup
from yiyuan.canonical_json import digest
from yiyuan.codes import AssetKind, AssetRole, FaceNaming, IdentifierDecision, IntakeStage
from yiyuan.models import Asset, Consent, IdentifierChoice, MaskBox, Revision, Track, TrackConsent, VoiceChange


@dataclass(frozen=True)
class RedactionDecisions:
    """render: what people decided; subtitles: sha256 of the file that says what is bleeped, "" for none."""

    render: RenderDecisions
    subtitles: str = ""

    def profile(self, detection: Asset) -> str:
        """Names what a derived copy was made of: which detection, and every decision of a person."""
        render = self.render
        drawn = [
            [box.box.x, box.box.y, box.box.w, box.box.h, box.first_seconds, box.last_seconds] for box in render.extra
        ]
        heard = [[list(span) for span in render.voices]] if render.voices else []
        return (
            f"{render.mask}-{digest([detection.sha256, render.keep, drawn, render.clear, self.subtitles, *heard])[:32]}"
        )


def of(s: Session, revision: Revision, original: Asset) -> RedactionDecisions:
    """What people decided about one original of a revision."""
    drawn = tuple(
        HandBox(Box(mask.x, mask.y, mask.w, mask.h), mask.first_seconds, mask.last_seconds)
        for mask in standing(s, revision, original)
    )
    subtitles = lookup.asset(s, revision, AssetRole.SUBTITLES, AssetKind.ORIGINAL)
    keeping = {place for place, choice in choices(s, revision).items() if choice.choice == IdentifierDecision.KEEP}
    found = {place.detection_index for place in keeping if place.detection_index is not None}
    cleared = tuple(sorted(index for index in found if screen_place(index, original) in keeping))
    changes = voices(s, revision) if original.role == AssetRole.VIDEO else []
    heard = tuple((change.first_seconds, change.last_seconds) for change in changes)
    decided = RenderDecisions(tuple(kept(s, revision, original)), drawn, cleared, voices=heard)
    return RedactionDecisions(decided, subtitles.sha256 if subtitles else "")


def voices(s: Session, revision: Revision) -> list[VoiceChange]:
    """The stretches whose voice is changed, by time, with who asked for it."""
    query = select(VoiceChange).where(VoiceChange.revision_id == revision.id)
    return list(s.scalars(query.order_by(VoiceChange.first_seconds, VoiceChange.last_seconds)))


def standing(s: Session, revision: Revision, original: Asset | None = None) -> list[MaskBox]:
    """The boxes that people drew and nobody removed."""
    query = select(MaskBox).where(MaskBox.revision_id == revision.id, MaskBox.removed_at.is_(None))
    if original is not None:
        query = query.where(MaskBox.asset_id == original.id)
    return list(s.scalars(query.order_by(MaskBox.first_seconds, MaskBox.id)))


def screen_place(index: int, asset: Asset) -> IdentifierPlace:
    """Where an identifier in a picture stands: its position in the detection of an original."""
    return (
        IdentifierPlace.on_screen(index)
        if asset.role == AssetRole.VIDEO
        else IdentifierPlace.in_attachment(asset.sha256, index)
    )


def choices(s: Session, revision: Revision) -> dict[IdentifierPlace, IdentifierChoice]:
    """What people chose for single identifiers, by place."""
    return {
        IdentifierPlace.of(c): c
        for c in s.scalars(select(IdentifierChoice).where(IdentifierChoice.revision_id == revision.id))
    }


def kept(s: Session, revision: Revision, original: Asset | None = None) -> list[int]:
    """Numbers of the tracks that stay visible: staff who agreed, patients whose consent stands, and what is no face."""
    query = select(Track).where(Track.revision_id == revision.id)
    if original is not None:
        query = query.where(Track.asset_id == original.id)
    return [track.number for track in s.scalars(query.order_by(Track.number)) if _stays(s, track)]


def _stays(s: Session, track: Track) -> bool:
    if track.naming == FaceNaming.STAFF:
        return bool(track.agreement)
    if track.naming == FaceNaming.OBJECT:
        return track.named_by is not None
    link = s.get(TrackConsent, track.id) if track.naming == FaceNaming.PATIENT else None
    consent = s.get(Consent, link.consent_id) if link else None
    return consent is not None and consent.withdrawn_at is None


def outdated(s: Session, revision: Revision) -> bool:
    """What was derived differs from what people decided, or is not there."""
    return revision.stage == IntakeStage.CHANGED or film_outdated(s, revision)


def film_outdated(s: Session, revision: Revision) -> bool:
    """The same of the video alone."""
    original = lookup.video(s, revision)
    if original is None:
        return False
    detection = lookup.asset(s, revision, AssetRole.DETECTION, AssetKind.ORIGINAL)
    film = lookup.asset(s, revision, AssetRole.VIDEO, AssetKind.DERIVED)
    if detection is None or film is None:
        return True
    return film.profile != of(s, revision, original).profile(detection)
