"""What crosses the border between the parent and the decoding child: one job in, lines out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple

from pydantic import ConfigDict, TypeAdapter

from privacy.limits import Limits
from privacy.results import Detection
from privacy.source import Source

#: Called with the stage, the share of it done (0 to 1) and the seconds left in it (None: not known yet).
Progress = Callable[[str, float, float | None], None]
Mask = Literal["mosaic", "solid", "blur"]
Profile = Literal["strict", "fast"]


@dataclass(frozen=True)
class Job:
    """One piece of work for a child."""

    task: Literal["probe", "detect", "render", "look", "paint", "strip"]
    source: Source
    limits: Limits
    profile: Profile = "strict"
    model: str = ""
    detection: Detection | None = None
    keep: tuple[int, ...] = ()
    allow: tuple[str, ...] = ()
    subtitles: str = ""
    partial: str = ""
    mask: Mask = "mosaic"

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")


class Line(NamedTuple):
    """One line from the child: progress (stage, share, eta), result (JSON) or error (class, message, field)."""

    kind: Literal["progress", "result", "error"]
    values: list[Any]


def pack(job: Job) -> bytes:
    """A job as one line."""
    return TypeAdapter(Job).dump_json(job) + b"\n"


def unpack(line: bytes) -> Job:
    """The job of a line."""
    return TypeAdapter(Job).validate_json(line)
