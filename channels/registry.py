"""Which platforms there are: every folder of `channels/platforms` that declares a PLATFORM.

How to add one: docs/guides/adding-a-channel.md.
"""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

import channels.platforms
from channels.capabilities import Capabilities
from channels.contract import Channel
from channels.platform import Platform
from yiyuan.codes import AttemptStep
from yiyuan.errors import Failed, Missing
from yiyuan.i18n import _


@cache
def platforms() -> Mapping[str, Platform]:
    """Code -> platform, in the order shown to people."""
    folders = sorted(info.name for info in pkgutil.iter_modules(channels.platforms.__path__) if info.ispkg)
    found = {name: _declared(name) for name in folders}
    return MappingProxyType(dict(sorted(found.items(), key=lambda item: item[1].order)))


def _declared(folder: str) -> Platform:
    """What a folder declares; Failed, with the folder, when it declares nothing or another's code."""
    declared = getattr(import_module(f"channels.platforms.{folder}"), "PLATFORM", None)
    if not isinstance(declared, Platform):
        raise Failed(_("channels/platforms/{folder}/__init__.py 没有声明 PLATFORM").format(folder=folder))
    if declared.capabilities.platform != folder:
        message = _("channels/platforms/{folder}：代号 {code} 须与文件夹同名")
        raise Failed(message.format(folder=folder, code=declared.capabilities.platform))
    return declared


def _platform(code: str) -> Platform:
    if code not in platforms():
        raise Missing(_("没有这个平台：{platform}").format(platform=code), field="platform")
    return platforms()[code]


def channel(code: str) -> type[Channel]:
    """The adapter class of a platform; Missing when there is none."""
    return _platform(code).adapter


def capabilities(code: str) -> Capabilities:
    """What a platform can do; Missing when there is none."""
    return _platform(code).capabilities


def all_capabilities() -> dict[str, Capabilities]:
    """Code -> row, in the order shown to people."""
    return {code: platform.capabilities for code, platform in platforms().items()}


def aliases() -> dict[str, str]:
    """What vendors' exports call a platform, in lower case -> its code; Failed when two platforms share one."""
    found: dict[str, str] = {}
    for code, platform in platforms().items():
        for alias in platform.aliases:
            if found.setdefault(alias, code) != code:
                message = _("平台别名“{alias}”同时属于 {first} 和 {second}，请改掉一个")
                raise Failed(message.format(alias=alias, first=found[alias], second=code))
    return found


def step_label(code: str, step: str) -> str:
    """Label of a step in the ledger of a platform's posts: the adapter's own, else one that every channel has."""
    own = channel(code).step_labels.get(step)
    known = AttemptStep.known(step)
    return _(own) if own is not None else known.label if known is not None else _("其他步骤")
