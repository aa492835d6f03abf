"""What the folder of a platform declares (`channels/platforms/<code>/__init__.py`: PLATFORM)."""

from dataclasses import dataclass

from channels.capabilities import Capabilities
from channels.contract import Channel


@dataclass(frozen=True, kw_only=True)
class Platform:
    """One platform.

    aliases: what vendors' exports call it, in lower case. order: its place in lists that people see.
    """

    capabilities: Capabilities
    adapter: type[Channel]
    aliases: tuple[str, ...] = ()
    order: int = 100
