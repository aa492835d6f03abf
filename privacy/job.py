"""What crosses the border between the parent and the decoding child: one job in, lines out."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Literal, NamedTuple, Protocol

from pydantic import ConfigDict, TypeAdapter

from privacy.resource_limits import Limits
from privacy.segments import PreviousRender
from privacy.source import Source
from privacy.types import Detection, HandBox, Verified, VideoReport

#: Called with the stage, the share of it done (0 to 1) and the seconds left in it (None: not known yet).
Progress = Callable[[str, float, float | None], None]
Mask = Literal["mosaic", "solid", "blur"]
Profile = Literal["strict", "fast"]
SceneDetector = Literal["nudenet", "off"]


class Task(StrEnum):
    """What a child can be asked to do; `privacy.isolation.worker` names the function of each."""

    PROBE = "probe"
    DETECT_VIDEO = "detect_video"
    RENDER_VIDEO = "render_video"
    DETECT_IMAGE = "detect_image"
    RENDER_IMAGE = "render_image"
    CROP_FACES = "crop_faces"
    DRAW_DOCUMENT = "draw_document"
    DRAW_SCREENSHOT = "draw_screenshot"


@dataclass(frozen=True)
class RenderDecisions:
    """What people decided about a copy; everything else that was found is covered.

    keep: numbers of tracks that stay visible. extra: boxes a person drew, from and to in seconds of a film, in pages or
    frames (from 0) of a picture. clear: positions in `Detection.screen_hits` that a person named as no identifier.
    voices: spans (from, to) in seconds of a film in which every voice becomes nobody's.
    """

    keep: tuple[int, ...] = ()
    extra: tuple[HandBox, ...] = ()
    clear: tuple[int, ...] = ()
    mask: Mask = "mosaic"
    voices: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Job:
    """One piece of work for a child."""

    task: Task
    source: Source
    limits: Limits
    profile: Profile = "strict"
    model: str = ""
    detection: Detection | None = None
    decided: RenderDecisions = RenderDecisions()
    allow: tuple[str, ...] = ()
    subtitles: str = ""
    resume: bytes = b""
    save_seconds: float = 60.0
    partial: str = ""
    former: PreviousRender | None = None
    scene_detector: SceneDetector = "nudenet"

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    def report(self, verified: Verified, seconds: dict[str, float]) -> VideoReport:
        """What pass 2 tells of itself; `seconds` per stage, those of pass 1 come first."""
        found = self.detection
        assert found
        return VideoReport(
            probe=found.probe,
            tracks=found.tracks,
            screen_hits=found.screen_hits,
            verified=verified,
            stage_seconds={**found.stage_seconds, **seconds},
            kept=sorted(self.decided.keep),
            scenes=found.scenes,
            spoken=found.spoken,
            speech=found.speech,
            scene_watch=found.scene_watch,
            voices=sorted(self.decided.voices),
        )


class Signal(Protocol):
    """How the child speaks while it works; usable as `Progress`."""

    def __call__(self, stage: str, share: float, eta: float | None) -> None:
        """One sign of life."""

    def save(self, state: bytes) -> None:
        """A state to go on from after a kill."""


class Line(NamedTuple):
    """One line from the child: progress (stage, share, eta), state, result (JSON) or error (class, message, field)."""

    kind: Literal["progress", "state", "result", "error"]
    values: list[Any]


def pack(job: Job) -> bytes:
    """A job as one line."""
    return TypeAdapter(Job).dump_json(job) + b"\n"


def unpack(line: bytes) -> Job:
    """The job of a line."""
    return TypeAdapter(Job).validate_json(line)
