"""The attached pictures on the contact sheet: one board for each, with every place that is or will be covered."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from privacy.api import Box, ScreenHit
from review.items import attached_files
from review.redaction import decisions as redaction_decisions
from review.redaction.findings import attachment_field
from yiyuan.models import Asset, Finding, MaskBox, Revision, Track


@dataclass(frozen=True)
class Face:
    """A face of a picture. boxes: "page,x,y,w,h" for each page or frame (from 0) it is seen on, joined by ";"."""

    track: Track
    boxes: str


@dataclass(frozen=True)
class AttachmentView:
    """One attachment. number: counted from 1 as on the item's page. animated: its pictures belong together."""

    number: int
    original: Asset
    copy: Asset | None
    faces: Sequence[Face]
    hits: Sequence[tuple[Finding, ScreenHit]]
    masks: Sequence[MaskBox]

    @property
    def pages(self) -> int:
        """Pages or frames; at least 1."""
        return self.original.frames or 1

    @property
    def animated(self) -> bool:
        """Whether a box usually stays from the first picture to the last."""
        return self.pages > 1 and self.copy is not None and self.copy.media_type in ("image/gif", "image/webp")


def boards_of(s: Session, revision: Revision) -> list[AttachmentView]:
    """Every attached picture or PDF of a revision, oldest first."""
    return [_board(s, revision, number, asset) for number, asset in enumerate(attached_files.attached(s, revision), 1)]


def _board(s: Session, revision: Revision, number: int, original: Asset) -> AttachmentView:
    found = attached_files.found_in(s, original)
    query = select(Track).where(Track.revision_id == revision.id, Track.asset_id == original.id)
    boxes = {track.number: track.boxes for track in found.tracks} if found else {}
    # Identifiers with their findings.
    findings = select(Finding).where(Finding.revision_id == revision.id, Finding.field == attachment_field(original))
    hits = {f"screen.{hit.kind}:{at}": hit for at, hit in enumerate(found.screen_hits if found else ())}
    rows = s.scalars(findings.where(Finding.rule.startswith("screen.")).order_by(Finding.detection_index, Finding.id))
    named = ((row, hits.get(f"{row.rule}:{row.detection_index}")) for row in rows)
    return AttachmentView(
        number=number,
        original=original,
        copy=attached_files.copy_of(s, original),
        faces=[Face(track, _line(boxes.get(track.number, []))) for track in s.scalars(query.order_by(Track.number))],
        hits=[(row, hit) for row, hit in named if hit is not None],
        masks=redaction_decisions.standing(s, revision, original),
    )


def _line(boxes: Sequence[tuple[int, Box]]) -> str:
    return ";".join(f"{page},{box.x},{box.y},{box.w},{box.h}" for page, box in boxes)
