"""公众号 (WeChat Official Account)."""

from channels.platform import Platform
from channels.platforms.official_account.adapter import OfficialAccount
from channels.platforms.official_account.capabilities import CAPABILITIES

PLATFORM = Platform(
    capabilities=CAPABILITIES,
    adapter=OfficialAccount,
    aliases=("公众号", "微信公众号", "微信"),
    order=10,
)
