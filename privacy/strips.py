"""The door for crops along face tracks: patient data, keep them sealed."""

from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict, TypeAdapter

from privacy import child, limits
from privacy.jobs import Job, Progress
from privacy.results import Detection
from privacy.source import Source
from privacy.video import quiet

MOST, SIDE = 6, 112


@dataclass(frozen=True)
class Strip:
    """Crops of SIDE x SIDE pixels in one row, `frames[i]` is where crop i was taken."""

    number: int
    frames: list[int]
    jpeg: bytes

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")


@dataclass(frozen=True)
class Strips:
    """One strip for every track of a detection."""

    strips: list[Strip]

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")


def strips(source: Source, detection: Detection, *, progress: Progress = quiet) -> list[Strip]:
    """Read the source once more and cut at most MOST crops from each track; nothing is read when there is no track."""
    if not detection.tracks:
        return []
    job = Job("strip", source, limits.reading(3600), detection=detection)
    return TypeAdapter(Strips).validate_json(child.run(job, progress)).strips
