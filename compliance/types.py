"""What is checked, and what comes out of a check."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from yiyuan.codes import (
    AccountStatus,
    AiLabel,
    BasisStatus,
    CheckerName,
    ConsentUse,
    ContentClass,
    Severity,
    VerdictKind,
)


@dataclass(frozen=True)
class ConsentFact:
    """One consent record as far as the check needs it; `channels` holds platform names, '*' means all."""

    subject: str
    uses: tuple[str, ...] = (ConsentUse.PUBLISH,)
    channels: tuple[str, ...] = ()
    from_day: date | None = None
    to_day: date | None = None
    minor: bool = False
    guardian: str = ""
    has_scan: bool = False
    withdrawn: bool = False


@dataclass(frozen=True)
class TrackSummary:
    """How many face tracks a video has and what was said of them; `shown` counts patients left visible."""

    total: int = 0
    staff: int = 0
    masked: int = 0
    unnamed: int = 0
    shown: int = 0
    shown_with_consent: int = 0


@dataclass(frozen=True)
class VariantFact:
    """What one platform will get; `body` is the plain text people will read, without markup."""

    platform: str
    title: str
    body: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Package:
    """Everything the public would see of one revision, and who stands behind it.

    texts: redacted text by field (title, summary, script, subtitles, screen, caption, cover, pinned_comment ...).
    facts: page facts, true or a value when the page carries one (address, phone, qr, link, price).
    account_status: the worst of the chosen accounts; None when none is chosen.
    tracks: None when faces were not looked for; `has_video` says whether they had to be.
    """

    texts: Mapping[str, str]
    content_class: ContentClass = ContentClass.KEPU
    tags: tuple[str, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)
    author: str = ""
    title: str = ""
    department: str = ""
    practice_place: str = ""
    source: str = ""
    disclaimer: str = ""
    approval_number: str = ""
    ai_label: AiLabel = AiLabel.NONE
    ai_verified_by: str = ""
    account_status: AccountStatus | None = None
    platforms: tuple[str, ...] = ()
    variants: tuple[VariantFact, ...] = ()
    planned_day: date | None = None
    consents: tuple[ConsentFact, ...] = ()
    has_video: bool = False
    tracks: TrackSummary | None = None


@dataclass(frozen=True)
class Found:
    """One finding. `start` and `end` are characters of `texts[field]` as given; None: the whole field or form.

    learnt: no rule found it, the second voice did; its rule is the likeliest one.
    """

    checker: CheckerName
    rule: str
    severity: Severity
    title: str
    field: str = ""
    start: int | None = None
    end: int | None = None
    excerpt: str = ""
    basis: str = ""
    basis_status: BasisStatus = BasisStatus.VERIFIED
    suggestion: str = ""
    learnt: bool = False


@dataclass(frozen=True)
class CheckerVerdict:
    """What one checker says of the package; `note` is Chinese and says why it was not checked or failed."""

    checker: CheckerName
    verdict: VerdictKind
    note: str = ""


@dataclass(frozen=True)
class Report:
    """All findings, worst first, and one verdict per checker."""

    found: tuple[Found, ...]
    verdicts: tuple[CheckerVerdict, ...]

    @property
    def verdict(self) -> VerdictKind:
        """The verdict of the whole: the worst one; without any, nothing was checked."""
        verdicts = (v.verdict for v in self.verdicts)
        return min(verdicts, key=lambda verdict: verdict.rank, default=VerdictKind.NOT_CHECKED)
