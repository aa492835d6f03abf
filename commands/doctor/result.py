"""What a check of the doctor returns."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from yiyuan.settings import Settings

Level = Literal["fault", "warning"]


@dataclass(frozen=True)
class Trouble:
    """One thing that is wrong: what, and what to do. A warning does not make the doctor fail."""

    what: str
    remedy: str
    level: Level = "fault"


Check = Callable[[Settings], list[Trouble]]
