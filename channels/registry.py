"""Which platforms there are, and the adapter of each. How to add one: docs/adding-a-channel.md."""

from importlib import import_module

from channels.base import Channel
from channels.capabilities import CAPABILITIES
from yiyuan.errors import Missing
from yiyuan.texts import _

#: platform -> Chinese name, in the order shown to people.
PLATFORMS: dict[str, str] = {platform: row.name for platform, row in CAPABILITIES.items()}

_ADAPTERS = {
    "official_account": ("channels.official_account", "OfficialAccount"),
    "bilibili": ("channels.bilibili", "Bilibili"),
    "xiaohongshu": ("channels.xiaohongshu", "Xiaohongshu"),
}


def channel(platform: str) -> type[Channel]:
    """The adapter class of a platform; Missing when there is none."""
    if platform not in _ADAPTERS:
        raise Missing(_("没有这个平台：{platform}").format(platform=platform), field="platform")
    module, name = _ADAPTERS[platform]
    found: type[Channel] = getattr(import_module(module), name)
    return found
