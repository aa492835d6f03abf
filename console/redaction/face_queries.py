"""The contact sheet of a revision: tracks with what is open first, drawn boxes, identifiers on screen."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.redaction.attachment_queries import AttachmentView, boards_of
from review.items import lookup, originals
from review.redaction import attachment_copies, doubts
from review.redaction import decisions as redaction_decisions
from yiyuan.models import Asset, Finding, Item, MaskBox, Revision, Staff, Track, TrackConsent


@dataclass(frozen=True)
class Sheet:
    """tracks: open doubts first, then settled ones, then the rest. linked: consent by track. original: the film.

    masks: boxes drawn over the film; those over pictures stand on their boards.
    """

    tracks: Sequence[Track]
    open: Sequence[Track]
    kept: frozenset[int]
    linked: dict[int, int]
    masks: Sequence[MaskBox]
    screen: Sequence[Finding]
    scenes: Sequence[Finding]
    original: Asset | None
    boards: Sequence[AttachmentView]
    outdated: bool
    sees: bool

    def board(self, track: Track) -> AttachmentView | None:
        """The board of the picture a face was found in; None: the film."""
        return next((board for board in self.boards if board.original.id == track.asset_id), None)

    def place(self, finding: Finding) -> tuple[AttachmentView, int] | None:
        """Board and page (from 0) of an identifier in a picture; None: it stands in the film."""
        known = ((board, row, hit) for board in self.boards for row, hit in board.hits)
        return next(((board, hit.first_frame) for board, row, hit in known if row.id == finding.id), None)


def sheet_of(s: Session, item: Item, revision: Revision, staff: Staff) -> Sheet:
    """Read it all; the caller has checked that the person may edit the item."""
    tracks = list(s.scalars(select(Track).where(Track.revision_id == revision.id).order_by(Track.number)))
    still = doubts.open_tracks(s, revision)
    waiting = {track.id for track in still}
    query = select(Finding).where(Finding.revision_id == revision.id).order_by(Finding.id)
    found = list(s.scalars(query.where(Finding.rule.startswith("screen.") | Finding.rule.startswith("scene."))))
    linked = select(TrackConsent).where(TrackConsent.track_id.in_([track.id for track in tracks]))
    film = lookup.video(s, revision)
    return Sheet(
        tracks=sorted(tracks, key=lambda t: (t.id not in waiting, not t.doubt, t.number)),
        open=still,
        kept=frozenset(redaction_decisions.kept(s, revision)),
        linked={link.track_id: link.consent_id for link in s.scalars(linked)},
        masks=redaction_decisions.standing(s, revision, film) if film else [],
        screen=[f for f in found if f.rule.startswith("screen.")],
        scenes=[f for f in found if f.rule.startswith("scene.")],
        original=film,
        boards=boards_of(s, revision),
        outdated=redaction_decisions.outdated(s, revision) or attachment_copies.outdated(s, revision),
        sees=originals.may_see_faces(item, staff),
    )
