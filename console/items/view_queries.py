"""Everything the page of one item shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.approval.queries import signers
from console.audit import queries as audit_queries
from console.staff.queries import names
from review.approval import waivers
from review.items import attached_files
from yiyuan.codes import AssetKind, AssetRole, Disposition
from yiyuan.models import (
    Account,
    Asset,
    AuditEntry,
    Consent,
    Decision,
    Finding,
    Item,
    Post,
    ReviewLevel,
    Revision,
    Sheet,
    Track,
    Variant,
    Verdict,
    WaiverRequest,
)


@dataclass(frozen=True)
class ItemView:
    """An item with one of its revisions and all that hangs on it.

    names: of staff by id. requests: to waive a finding, by finding, while they wait.
    """

    item: Item
    revision: Revision
    names: dict[int, str]
    revisions: Sequence[Revision] = ()
    video: Asset | None = None
    cover: Asset | None = None
    uploaded: Sequence[Asset] = ()
    pictures: Sequence[tuple[Asset, Asset | None]] = ()
    tracks: Sequence[Track] = ()
    findings: Sequence[Finding] = ()
    requests: Mapping[int, WaiverRequest] = field(default_factory=dict)
    verdicts: Sequence[Verdict] = ()
    stages: Sequence[ReviewLevel] = ()
    decisions: Sequence[Decision] = ()
    consents: Sequence[Consent] = ()
    variants: Sequence[tuple[Variant, Account]] = ()
    posts: Sequence[tuple[Post, Account]] = ()
    history: Sequence[AuditEntry] = field(default=())
    sheet: Sheet | None = None
    signers: Sequence[str] = ()

    @property
    def current(self) -> bool:
        """Whether the shown revision is the newest one."""
        return self.revision.number == self.item.revision_number

    @property
    def open_stage(self) -> ReviewLevel | None:
        """The level that waits for a signature, if any."""
        return next((stage for stage in self.stages if stage.closed_at is None), None)

    @property
    def pins(self) -> list[Finding]:
        """Findings with a place in the video."""
        return [finding for finding in self.findings if finding.first_seconds is not None]

    @property
    def mark(self) -> str:
        """Changes whenever the page should be shown anew."""
        return (
            f"{self.item.state}.{self.item.version}.{len(self.posts)}.{'.'.join(post.state for post, _a in self.posts)}"
        )


def _newest(s: Session, revision: Revision, role: AssetRole, kind: AssetKind) -> Asset | None:
    wanted = (Asset.revision_id == revision.id, Asset.role == role, Asset.kind == kind, Asset.erased_at.is_(None))
    return s.scalar(select(Asset).where(*wanted).order_by(Asset.id.desc()).limit(1))


def view_of(s: Session, item: Item, revision: Revision) -> ItemView:
    """Read it all; the caller has checked that the person may see the item."""
    conditions = (
        Asset.revision_id == revision.id,
        Asset.kind == AssetKind.ORIGINAL,
        Asset.role.in_((AssetRole.VIDEO, AssetRole.SUBTITLES, AssetRole.ATTACHMENT)),
    )
    variants = (
        select(Variant, Account)
        .join(Account, Account.id == Variant.account_id)
        .where(Variant.revision_id == revision.id)
    )
    posts = select(Post, Account).join(Account, Account.id == Post.account_id).where(Post.item_id == item.id)
    rows = list(s.scalars(select(Finding).where(Finding.revision_id == revision.id)))
    return ItemView(
        item=item,
        revision=revision,
        names=names(s),
        revisions=list(s.scalars(select(Revision).where(Revision.item_id == item.id).order_by(Revision.number.desc()))),
        video=_newest(s, revision, AssetRole.VIDEO, AssetKind.DERIVED),
        cover=_newest(s, revision, AssetRole.COVER, AssetKind.DERIVED),
        uploaded=list(s.scalars(select(Asset).where(*conditions, Asset.erased_at.is_(None)).order_by(Asset.id))),
        pictures=[(asset, attached_files.copy_of(s, asset)) for asset in attached_files.attached(s, revision)],
        tracks=list(s.scalars(select(Track).where(Track.revision_id == revision.id).order_by(Track.number))),
        findings=sorted(
            rows, key=lambda f: (f.disposition != Disposition.OPEN, f.severity.rank, f.first_seconds or 0.0, f.id)
        ),
        requests=waivers.waiting(s, revision),
        verdicts=list(s.scalars(select(Verdict).where(Verdict.revision_id == revision.id).order_by(Verdict.id))),
        stages=list(
            s.scalars(select(ReviewLevel).where(ReviewLevel.revision_id == revision.id).order_by(ReviewLevel.level))
        ),
        decisions=list(s.scalars(select(Decision).where(Decision.revision_id == revision.id).order_by(Decision.id))),
        consents=list(s.scalars(select(Consent).where(Consent.item_id == item.id).order_by(Consent.id))),
        variants=[(v, a) for v, a in s.execute(variants.order_by(Variant.id))],
        posts=[(p, a) for p, a in s.execute(posts.order_by(Post.id))],
        history=audit_queries.of_subject(s, f"item:{item.id}", 60),
        sheet=s.scalar(select(Sheet).where(Sheet.revision_id == revision.id)),
        signers=signers(s, item),
    )


def piece(text: str, findings: Sequence[Finding]) -> list[tuple[str, Finding | None]]:
    """A redacted text cut at its findings, so that a template can mark them. Overlapping ones are left out."""
    parts: list[tuple[str, Finding | None]] = []
    at = 0
    placed = [f for f in findings if f.start is not None and f.end is not None and f.start < f.end]
    for finding in sorted(placed, key=lambda f: (f.start or 0, -(f.end or 0))):
        start, end = finding.start or 0, min(finding.end or 0, len(text))
        if start < at or start >= len(text):
            continue
        parts += [(text[at:start], None), (text[start:end], finding)]
        at = end
    return [*parts, (text[at:], None)]
