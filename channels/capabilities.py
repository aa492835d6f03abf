"""What each platform can do, as one table.

The adapters, the per-platform checks, the previews, the ledger's pace and docs/channels.md all read this table, so
that a changed limit is changed once. Every row says when it was last compared with the platform's documents.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any


def N_(text: str) -> str:
    """Mark a Chinese text for gettext's extractors; whoever shows it calls `_`."""
    return text


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


OFFICIAL_ACCOUNT = Capabilities(
    platform="official_account",
    name=N_("公众号"),
    video=Can.NO,
    article=Can.YES,
    lookup=Can.YES,
    status=Can.YES,
    delete=Can.YES,
    comments=Can.GRANTED,
    reply=Can.LATER,
    hide=Can.LATER,
    metrics=Can.LATER,
    webhook=Can.LATER,
    max_title=32,
    # 20,000 less what the images' own addresses add.
    max_body=19_000,
    max_cover_bytes=10 * 1024**2,
    max_image_bytes=1024**2,
    cover_required=True,
    grace_seconds=60.0,
    extra=MappingProxyType({"author": "", "digest": "", "need_open_comment": 1, "only_fans_can_comment": 0}),
    verified=date(2026, 9, 26),
    source="developers.weixin.qq.com: stable_token, add_material, draft/add, freepublish, comment",
    note="Publishes articles; the API takes no video over 10 MB. Verified institutional accounts only since July 2025.",
)

BILIBILI = Capabilities(
    platform="bilibili",
    name=N_("B站"),
    video=Can.YES,
    article=Can.LATER,
    lookup=Can.YES,
    status=Can.YES,
    delete=Can.YES,
    comments=Can.NO,
    reply=Can.NO,
    hide=Can.NO,
    metrics=Can.YES,
    webhook=Can.LATER,
    max_title=79,
    # 249 less the line with the marker by which a lost submit is found again.
    max_body=220,
    max_tags_length=199,
    max_video_bytes=4 * 1024**3,
    max_video_seconds=5 * 3600,
    max_cover_bytes=5 * 1024**2,
    cover_required=True,
    grace_seconds=90.0,
    min_gap_seconds=30.0,
    extra=MappingProxyType({"tid": 201, "copyright": 1, "no_reprint": 1, "source": ""}),
    verified=date(2026, 9, 25),
    source="openhome.bilibili.com: signature, archive, cover, arc/stat",
    note="Counts are official, comment texts are not to be had. tid 201 (popular science) is unverified.",
)

XIAOHONGSHU = Capabilities(
    platform="xiaohongshu",
    name=N_("小红书"),
    video=Can.ASSISTED,
    article=Can.ASSISTED,
    lookup=Can.NO,
    status=Can.NO,
    delete=Can.ASSISTED,
    comments=Can.ASSISTED,
    reply=Can.ASSISTED,
    hide=Can.ASSISTED,
    metrics=Can.ASSISTED,
    webhook=Can.NO,
    max_title=20,
    max_body=1000,
    max_tags=5,
    verified=date(2026, 9, 2),
    source="open.xiaohongshu.com offers e-commerce only; the share SDK needs the phone",
    note="No publishing API: a person posts from the publish pack and proves it with link and screenshot.",
)

#: platform -> its row, in the order shown to people.
CAPABILITIES: Mapping[str, Capabilities] = MappingProxyType(
    {row.platform: row for row in (OFFICIAL_ACCOUNT, BILIBILI, XIAOHONGSHU)}
)
