"""Counting what stays visible: faces, frames, people, masked area and false tracks."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.privacy.masks import Mask, Track
from bench.privacy.material import Labelled

ENOUGH = 0.7  # a face leaks when less of its box is covered

HEAD = (
    "| method | faces | with hard | frames | with hard | people | with hard | masked | false tracks a minute |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


@dataclass
class Count:
    """Of faces, of frames with a leak and of people with a leak."""

    faces: int = 0
    leaks: int = 0
    frames: set[str] = field(default_factory=set)
    leaky_frames: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    leaky_people: set[str] = field(default_factory=set)

    def add(self, person: str, frame: str, *, leaks: bool) -> None:
        """One face in one frame."""
        self.faces, self.leaks = self.faces + 1, self.leaks + leaks
        self.frames.add(frame)
        self.people.add(person)
        if leaks:
            self.leaky_frames.add(frame)
            self.leaky_people.add(person)

    def merge(self, other: "Count") -> None:
        """Add the counts of another clip."""
        self.faces, self.leaks = self.faces + other.faces, self.leaks + other.leaks
        for name in ("frames", "leaky_frames", "people", "leaky_people"):
            getattr(self, name).update(getattr(other, name))

    def cells(self) -> list[str]:
        """Faces, frames and people as "leaking of all"."""
        return [
            f"{self.leaks} of {self.faces}",
            f"{len(self.leaky_frames)} of {len(self.frames)}",
            f"{len(self.leaky_people)} of {len(self.people)}",
        ]


@dataclass(frozen=True)
class Leak:
    """A labelled face that stays visible; `covered` is the share of its box."""

    clip: str
    frame: int
    person: str
    hard: bool
    covered: float


@dataclass
class Tally:
    """What one method left over on some clips. `plain`: without the hard faces; `all`: with them."""

    plain: Count = field(default_factory=Count)
    all: Count = field(default_factory=Count)
    leaks: list[Leak] = field(default_factory=list)
    area: float = 0.0
    frames: int = 0
    false_tracks: int = 0
    minutes: float = 0.0

    def judge(self, clip: str, masks: Iterable[Mask], labelled: dict[int, list[Labelled]]) -> None:
        """Compare every frame with its labels."""
        for at, mask in enumerate(masks):
            self.area, self.frames = self.area + float(mask.mean()), self.frames + 1
            for face in labelled.get(at, []):
                self._judge(clip, at, face, mask)

    def _judge(self, clip: str, at: int, face: Labelled, mask: Mask) -> None:
        x, y, w, h = face.box
        if w <= 0 or h <= 0:
            return  # shaken out of the picture
        covered = float(mask[y : y + h, x : x + w].mean())
        for count in [self.all] if face.hard else [self.all, self.plain]:
            count.add(f"{clip}/{face.person}", f"{clip}/{at}", leaks=covered < ENOUGH)
        if covered < ENOUGH:
            self.leaks.append(Leak(clip, at, face.person, face.hard, round(covered, 2)))

    def merge(self, other: "Tally") -> None:
        """Add another clip."""
        self.plain.merge(other.plain)
        self.all.merge(other.all)
        self.leaks += other.leaks
        self.area, self.frames = self.area + other.area, self.frames + other.frames
        self.false_tracks, self.minutes = self.false_tracks + other.false_tracks, self.minutes + other.minutes

    def row(self, name: str) -> str:
        """One line of a table under HEAD."""
        cells = [cell for pair in zip(self.plain.cells(), self.all.cells(), strict=True) for cell in pair]
        false = f"{self.false_tracks / self.minutes:.0f} ({self.false_tracks} in {self.minutes:.2f})"
        return " | ".join(["| " + name, *cells, f"{self.area / self.frames:.2%}", false]) + " |"

    def told(self) -> dict[str, Any]:
        """For JSON."""
        counts = {name: dict(zip(("faces", "frames", "people"), getattr(self, name).cells(), strict=True))
                  for name in ("plain", "all")}  # fmt: skip
        rest = {"masked": self.area / self.frames, "false_tracks": self.false_tracks, "minutes": self.minutes}
        return {**counts, **rest, "leaks": [asdict(leak) for leak in self.leaks]}


def false_tracks(tracks: list[Track], labelled: dict[int, list[Labelled]]) -> int:
    """Tracks that touch no labelled face in any labelled frame and have such a frame to be judged by."""
    return sum(_is_false(track, labelled) for track in tracks)


def _is_false(track: Track, labelled: dict[int, list[Labelled]]) -> bool:
    shared = [frame for frame in track if frame in labelled]
    return bool(shared) and not any(_touches(track[frame], face.box) for frame in shared for face in labelled[frame])


def _touches(one: tuple[float, ...], other: tuple[int, ...]) -> bool:
    wide = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    high = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return wide > 0 and high > 0
