"""The shape of what a platform can do; its folder holds the row (`channels/platforms/*/capabilities.py`).

The adapters, the per-platform checks, the previews, the ledger's pace and docs/reference/channels.md all read these
rows, so that a changed limit is changed once. Every row says when it was last compared with the platform's documents.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any


class Can(StrEnum):
    """How far a platform goes with one thing."""

    YES = "yes"
    NO = "no"
    ASSISTED = "assisted"  # a person does it, we prepare and check
    GRANTED = "granted"  # only for accounts the platform allowed it to
    LATER = "later"  # the platform offers it, our adapter does not use it yet


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """One platform. Sizes in bytes, times in seconds, lengths in characters; None: no limit known."""

    platform: str
    name: str
    video: Can
    article: Can
    lookup: Can
    status: Can
    delete: Can
    comments: Can
    reply: Can
    hide: Can
    metrics: Can
    webhook: Can
    schedule: Can = Can.NO
    max_title: int
    max_body: int
    max_tags: int | None = None
    max_tags_length: int | None = None
    max_video_bytes: int | None = None
    max_video_seconds: int | None = None
    max_cover_bytes: int | None = None
    max_image_bytes: int | None = None
    cover_required: bool = False
    #: After a lost answer, wait so long before looking: longer than the platform's slowest commit.
    grace_seconds: float = 60.0
    #: A post that was taken but is listed nowhere is looked for so long, then parked for a person.
    search_seconds: float = 600.0
    min_gap_seconds: float = 0.0
    posts_per_day: int | None = None
    #: Platform fields of `Variant.extra` and what is sent when the variant says nothing.
    extra: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    verified: date
    source: str
    note: str = ""

    @property
    def article_only(self) -> bool:
        """Whether the platform takes no video, so that the body of a variant is the HTML of an article."""
        return self.video is Can.NO
