"""What B站 (Bilibili) can do and how much it takes."""

from datetime import date
from types import MappingProxyType

from channels.capabilities import Can, Capabilities
from yiyuan.i18n import N_

CAPABILITIES = Capabilities(
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
