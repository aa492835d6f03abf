"""The pack in use: built in, plus the hospital's own rules and formulary in the data folder. Proved before use."""

from functools import lru_cache
from pathlib import Path

from review.checks.advertising import Advertising
from review.checks.prove import prove
from review.rulepack import BUILT_IN, Pack, load
from yiyuan import clock
from yiyuan.settings import settings


def own_folder() -> Path:
    """Where the hospital's own rule files and its formulary live."""
    return settings().home / "rules"


@lru_cache(maxsize=4)
def _ready(folders: tuple[Path, ...]) -> Advertising:
    pack = load(*folders)
    prove(pack, (BUILT_IN, *folders))
    return Advertising(pack, clock.local(clock.now()).date())


def advertising() -> Advertising:
    """The advertising checker with the pack in use. Raises PackError when a file of it is wrong."""
    own = own_folder()
    return _ready((own,) if own.is_dir() else ())


def pack() -> Pack:
    """The pack in use."""
    return advertising().pack


def reload() -> None:
    """Forget the pack, after a file of it changed."""
    _ready.cache_clear()
