"""The pack in use: built in, plus the hospital's own rules and formulary in the data folder. Proved before use."""

from datetime import date
from functools import lru_cache
from pathlib import Path

from compliance.advertising.checker import Advertising
from compliance.advertising.self_test import prove
from compliance.rulepack import BUILT_IN, Pack, load
from yiyuan import clock
from yiyuan.settings import settings


def own_folder() -> Path:
    """Where the hospital's own rule files and its formulary live."""
    return settings().home / "rules"


@lru_cache(maxsize=2)
def _ready(folders: tuple[Path, ...], _files: tuple[tuple[str, int, int], ...], day: date) -> Advertising:
    pack = load(*folders)
    prove(pack, (BUILT_IN, *folders))
    return Advertising(pack, day)


def _files(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What tells that another process has changed a file of the hospital's own."""
    found = [(path.name, path.stat()) for path in sorted(folder.glob("*.yaml"))]
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in found)


def advertising() -> Advertising:
    """The advertising checker with the pack in use. Raises PackError when a file of it is wrong."""
    own = own_folder()
    files = _files(own)
    return _ready((own,) if files else (), files, clock.today())


def pack() -> Pack:
    """The pack in use."""
    return advertising().pack


def reload() -> None:
    """Forget the pack, after a file of it changed."""
    _ready.cache_clear()
