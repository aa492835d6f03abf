"""小红书 (Xiaohongshu)."""

from channels.platform import Platform
from channels.platforms.xiaohongshu.adapter import Xiaohongshu
from channels.platforms.xiaohongshu.capabilities import CAPABILITIES

PLATFORM = Platform(
    capabilities=CAPABILITIES,
    adapter=Xiaohongshu,
    aliases=("小红书", "红书"),
    order=30,
)
