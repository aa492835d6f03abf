"""What 公众号 (WeChat Official Account) can do and how much it takes."""

from datetime import date
from types import MappingProxyType

from channels.capabilities import Can, Capabilities
from yiyuan.i18n import N_

CAPABILITIES = Capabilities(
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
