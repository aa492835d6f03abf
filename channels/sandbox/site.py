"""What a platform's folder adds to the sandbox (`channels/platforms/<code>/sandbox.py`: SITE)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from starlette.routing import Route

from channels.sandbox.store import Store


def no_cover(_store: Store, _data: Mapping[str, Any]) -> str:
    """A post without a picture of its own."""
    return ""


@dataclass(frozen=True, kw_only=True)
class Site:
    """The sandbox of one platform.

    routes: its hosts as paths. application: id and secret of the application that everybody may use here. cover: the
    sha256 of the picture that the page of a posted item shows above its text; "" for none.
    """

    routes: Sequence[Route]
    application: tuple[str, str] | None = None
    cover: Callable[[Store, Mapping[str, Any]], str] = no_cover


def sites(platforms: Sequence[str]) -> dict[str, Site]:
    """The sandbox of each of these platforms that has one."""
    modules = {code: f"channels.platforms.{code}.sandbox" for code in platforms}
    return {code: import_module(module).SITE for code, module in modules.items() if find_spec(module) is not None}
