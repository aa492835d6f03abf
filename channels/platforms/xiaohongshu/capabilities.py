"""What 小红书 (Xiaohongshu) can do and how much it takes."""

from datetime import date

from channels.capabilities import Can, Capabilities
from yiyuan.i18n import N_

CAPABILITIES = Capabilities(
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
