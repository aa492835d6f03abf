"""What the folder of an area declares (`console/<area>/area.py`: AREA), and the areas that were found.

An area brings its routes, its entries of the menu, what its pages say after a change and its labels; nothing else of
the console has to know it.
"""

import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType

from fastapi import APIRouter

import console
from yiyuan.staff.permissions import Action


@dataclass(frozen=True, kw_only=True)
class MenuEntry:
    """One line of the menu. title: Chinese, marked for the catalogue. action: who may do it sees the entry.

    order: its place in a working day.

    phone: it also stands in the bar at the bottom of a phone.
    """

    path: str
    title: str
    icon: str
    action: Action
    order: int
    phone: bool = False


@dataclass(frozen=True, kw_only=True)
class Area:
    """One area of the console.

    messages: key in the address after a change -> sentence (Chinese, marked). labels: name in templates
    (`words.<name>`) -> function that returns a label.
    """

    routers: tuple[APIRouter, ...]
    menu: tuple[MenuEntry, ...] = ()
    messages: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    labels: Mapping[str, Callable[..., str]] = field(default_factory=lambda: MappingProxyType({}))


@cache
def areas() -> Mapping[str, Area]:
    """Name of the folder -> area, by name."""
    folders = sorted(info.name for info in pkgutil.iter_modules(console.__path__) if info.ispkg and info.name != "web")
    modules = {name: f"console.{name}.area" for name in folders}
    return MappingProxyType(
        {name: import_module(module).AREA for name, module in modules.items() if find_spec(module) is not None}
    )


def merged(kind: str, common: Mapping[str, object]) -> dict[str, object]:
    """`common` and what the areas declare under one name (messages, labels); ValueError when two areas differ."""
    found = dict(common)
    for name, area in areas().items():
        for key, value in getattr(area, kind).items():
            if found.setdefault(key, value) != value:
                raise ValueError(f"console/{name}/area.py: {kind} {key!r} is declared elsewhere, too")
    return found
