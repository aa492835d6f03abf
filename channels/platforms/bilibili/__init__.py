"""B站 (Bilibili)."""

from channels.platform import Platform
from channels.platforms.bilibili.adapter import Bilibili
from channels.platforms.bilibili.capabilities import CAPABILITIES

PLATFORM = Platform(
    capabilities=CAPABILITIES,
    adapter=Bilibili,
    aliases=("b站", "哔哩哔哩"),
    order=20,
)
