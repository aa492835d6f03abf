"""Counting what stays visible: faces, frames, people, masked area and false tracks."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.privacy.clips import Labelled
from bench.privacy.masks import Mask, Track

ENOUGH = 0.7  # a face leaks when less of its box is covered

HEAD = (
    "| method | faces | with hard | frames | with hard | people | with hard | masked | false tracks a minute |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


@dataclass
class Count:
    """Of faces, of frames with a face and of people; `leaky`: with a leak."""

    faces: int = 0
    leaky_faces: int = 0
    frames: int = 0
    leaky_frames: int = 0
    people: int = 0
    leaky_people: int = 0

    @classmethod
    def of(cls, faces: list["Seen"]) -> "Count":
        """Of the labelled faces of one clip."""
        leaks = [face for face in faces if face.covered < ENOUGH]
        sides = [(len(some), len({face.frame for face in some}), len({face.person for face in some}))
                 for some in (faces, leaks)]  # fmt: skip
        return cls(*(side[at] for at in range(3) for side in sides))

    def merge(self, other: "Count") -> None:
        """Add the counts of another clip."""
        for name, value in asdict(other).items():
            setattr(self, name, getattr(self, name) + value)

    def cells(self) -> list[str]:
        """Faces, frames and people as "leaking of all"."""
        return [f"{getattr(self, 'leaky_' + name)} of {getattr(self, name)}" for name in ("faces", "frames", "people")]


@dataclass(frozen=True)
class Seen:
    """A labelled face; `covered` is the share of its box."""

    frame: int
    person: str
    hard: bool
    covered: float


@dataclass
class Tally:
    """What one method left over on some clips. `plain`: without the hard faces; `all`: with them."""

    plain: Count = field(default_factory=Count)
    all: Count = field(default_factory=Count)
    area: float = 0.0
    frames: int = 0
    false_tracks: int = 0
    minutes: float = 0.0
    leaks: list[Seen] = field(default_factory=list)

    @classmethod
    def of(cls, masks: Iterable[Mask], labelled: dict[int, list[Labelled]], tracks: list[Track], fps: int) -> "Tally":
        """Compare every frame of one clip with its labels."""
        area, frames = 0.0, 0
        faces: list[Seen] = []
        for at, mask in enumerate(masks):
            area, frames = area + float(mask.mean()), frames + 1
            faces += [seen for face in labelled.get(at, []) if (seen := _seen(at, face, mask))]
        plain = [face for face in faces if not face.hard]
        leaks = [face for face in faces if face.covered < ENOUGH]
        false = sum(_is_false(track, labelled) for track in tracks)
        return cls(Count.of(plain), Count.of(faces), area, frames, false, frames / fps / 60, leaks)

    @classmethod
    def read(cls, values: dict[str, Any]) -> "Tally":
        """What `asdict` gave."""
        leaks = [Seen(**leak) for leak in values["leaks"]]
        return cls(**{**values, "plain": Count(**values["plain"]), "all": Count(**values["all"]), "leaks": leaks})

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


def _seen(at: int, face: Labelled, mask: Mask) -> Seen | None:
    x, y, w, h = face.box
    if w <= 0 or h <= 0:
        return None  # shaken out of the picture
    return Seen(at, face.person, face.hard, round(float(mask[y : y + h, x : x + w].mean()), 4))


def _is_false(track: Track, labelled: dict[int, list[Labelled]]) -> bool:
    """A track that touches no labelled face in any labelled frame and has such a frame to be judged by."""
    shared = [frame for frame in track if frame in labelled]
    return bool(shared) and not any(_touches(track[frame], face.box) for frame in shared for face in labelled[frame])


def _touches(found: tuple[float, ...], gold: tuple[int, ...]) -> bool:
    wide = min(found[0] + found[2], gold[0] + gold[2]) - max(found[0], gold[0])
    high = min(found[1] + found[3], gold[1] + gold[3]) - max(found[1], gold[1])
    return wide > 0 and high > 0
