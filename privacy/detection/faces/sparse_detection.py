"""Faces of every frame at a fraction of the cost: whole pictures now and then, small crops around known faces between.

Frames come in stretches that begin and end with a whole picture. A face seen at both ends is looked for in crops along
the line between, all frames at once; one seen at one end only is followed frame by frame until it is lost. Places
between are counted in the coordinates of the first picture, as if the camera stood still. Faces of people who lie are
seen on whole pictures only; linking fills the time between.
"""

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

import numpy as np

from privacy.decoding.frame import Frame
from privacy.detection.faces.detector import NEAR, NONE, Detector, Faces, Sight, crop, expected
from privacy.detection.faces.interpolation import Path, find_between
from privacy.detection.motion import STILL, drift
from privacy.geometry import Rect, distance, overlap

BATCH = 48  # crops in one run, bounds memory
BESIDE = 0.1  # a face of the turned picture that overlaps an upright one by more is the same
LOST = 2  # frames without a face after which following ends

One = TypeVar("One", bound=Frame)


@dataclass(frozen=True)
class Seen:
    """The faces of one frame. moved: how far the camera moved it since the frame before, (right, down) in pixels."""

    index: int
    faces: Faces
    moved: Rect


@dataclass(frozen=True)
class _Whole:
    """What a look at a whole picture found; crops follow upright faces only."""

    upright: Faces
    turned: Faces

    def all(self) -> Faces:
        """Each face once: one that stands is often seen, worse, in the turned picture too."""
        fresh = [
            (rect, score)
            for rect, score in zip(*self.turned.parts(), strict=True)
            if not len(self.upright) or overlap(rect, self.upright.rects).max() < BESIDE
        ]
        return _distinct([*zip(*self.upright.parts(), strict=True), *fresh]) if fresh else self.upright


@dataclass(frozen=True)
class _Stretch(Generic[One]):
    """Pictures with a whole look at both ends, which may still be under way. `last_too`: no other begins at its end."""

    pictures: list[One]
    start: "Future[_Whole]"
    end: "Future[_Whole]"
    last_too: bool


@dataclass
class _Way(Generic[One]):
    """Frames to follow faces through, what is found in each, and where the faces are with their misses in a row."""

    frames: list[One]
    found: list[list[Sight]]
    places: list[tuple[Rect, int]]


class Finder(Generic[One]):
    """Feeds on pictures in order, yields what was seen in order, up to `ahead` + 1 stretches later.

    Whole pictures are looked at beside the rest, on all cores; what is found does not depend on who is faster.
    turned: frames between two looks at a picture turned to its sides; each shot begins with one.
    """

    def __init__(self, detector: Detector, every: int, ahead: int = 0, turned: int = 0) -> None:
        self._detector = detector
        self._turned, self._last_turned = turned, 0
        self._every = every
        self._ahead = ahead
        self._pool = ThreadPoolExecutor(min(ahead + 1, os.cpu_count() or 1), "faces")
        self._open: list[One] = []
        self._start: Future[_Whole]
        self._closed: deque[_Stretch[One]] = deque()
        self._moved: dict[int, tuple[Rect, Rect]] = {}
        self._last_step = STILL

    def feed(self, picture: One, *, cut: bool) -> Iterator[tuple[One, Seen]]:
        """`cut`: a new shot begins with this picture."""
        if cut:
            self._end()
        if not self._open:
            self._open, self._start = [picture], self._whole(picture, turned=True)
        else:
            self._open.append(picture)
            if len(self._open) > self._every:
                self._close(last_too=False)
        yield from self._done(self._ahead)

    def flush(self) -> Iterator[tuple[One, Seen]]:
        """End the stretch that is open and yield all that is left."""
        self._end()
        yield from self._done(0)

    def _whole(self, picture: One, *, turned: bool = False) -> "Future[_Whole]":
        turned = turned or picture.index - self._last_turned >= self._turned
        self._last_turned = picture.index if turned else self._last_turned
        return self._pool.submit(self._look_whole, picture, turned)

    def _look_whole(self, picture: One, turned: bool) -> _Whole:
        rgb = picture.rgb
        return _Whole(self._detector.whole(rgb), self._detector.turned(rgb) if turned else NONE)

    def _end(self) -> None:
        """The shot or the video is over."""
        if self._open:
            self._close(last_too=True)
        self._open = []

    def _close(self, *, last_too: bool) -> None:
        last = self._open[-1]
        end = self._whole(last) if len(self._open) > 1 else self._start
        if len(self._open) > 1 or last_too:
            self._closed.append(_Stretch(self._open, self._start, end, last_too))
        self._open, self._start = [last], end

    def _done(self, left: int) -> Iterator[tuple[One, Seen]]:
        while len(self._closed) > left:
            yield from self._seen(self._closed.popleft())

    def _seen(self, stretch: _Stretch[One]) -> Iterator[tuple[One, Seen]]:
        start, end = stretch.start.result(), stretch.end.result()
        moved = drift([picture.small for picture in stretch.pictures], stretch.pictures[0].width)
        faces = [start.all(), *self._between(stretch.pictures, start.upright, end.upright, moved)]
        if len(stretch.pictures) > 1:
            faces.append(end.all())
        steps = [self._last_step, *(after - before for before, after in pairwise(moved))]
        self._last_step = STILL if stretch.last_too else steps[-1]
        for picture, seen, step in list(zip(stretch.pictures, faces, steps, strict=True))[
            : None if stretch.last_too else -1
        ]:
            yield picture, Seen(picture.index, seen, step)

    def _between(self, stretch: list[One], start: Faces, end: Faces, moved: list[Rect]) -> list[Faces]:
        inner = stretch[1:-1]
        found: list[list[Sight]] = [[] for _ in inner]
        if inner:
            # Keep for each picture how far the camera moved it, and how far if it moved evenly.
            shares = np.linspace(0, 1, len(stretch), dtype=np.float32)
            self._moved = {
                picture.index: (here, moved[-1] * share)
                for picture, here, share in zip(stretch, moved, shares, strict=True)
            }
            end = Faces(_shifted(end.rects, -moved[-1]), end.scores)
            pairs, only_start, only_end = _match(start, end)
            # Faces at both ends of the stretch: where each was at which frame of it; looked for in between.
            steps = len(stretch) - 1
            paths: list[Path] = [
                {0: (start.rects[a], float(start.scores[a])), steps: (end.rects[b], float(end.scores[b]))}
                for a, b in pairs
            ]
            find_between(paths, steps, lambda wanted: self._look([(stretch[at], place) for at, place in wanted]))
            for path in paths:
                for at in range(1, steps):
                    if at in path:
                        found[at - 1].append(path[at])
            self._follow([
                _Way(inner, found, [(start.rects[a], 0) for a in only_start]),
                _Way(inner[::-1], found[::-1], [(end.rects[b], 0) for b in only_end]),
            ])  # fmt: skip
        for picture, faces in zip(inner, found, strict=True):
            faces[:] = [(_shifted(rect, self._moved[picture.index][0]), score) for rect, score in faces]
        return [_distinct(faces) for faces in found]

    def _follow(self, ways: list[_Way[One]]) -> None:
        """Follow faces until each is lost, all ways at once: few crops cost the network nearly as much as many."""
        for at in range(len(ways[0].frames)):
            for way in ways:
                way.places = [(rect, misses) for rect, misses in way.places if misses < LOST]
            looks = iter(self._look([(way.frames[at], rect) for way in ways for rect, _misses in way.places]))
            for way in ways:
                seen = [(next(looks), rect, misses) for rect, misses in way.places]
                way.found[at] += [look for look, _rect, _misses in seen if look]
                way.places = [(look[0], 0) if look else (rect, misses + 1) for look, rect, misses in seen]

    def _look(self, wanted: list[tuple[One, Rect]]) -> list[Sight | None]:
        """Where the camera has moved them to; those not there, where they were if it moved evenly."""
        moved = [self._moved[picture.index] for picture, _rect in wanted]
        looks = self._look_at(
            [(p, _shifted(rect, here)) for (p, rect), (here, _even) in zip(wanted, moved, strict=True)]
        )
        lost = [at for at, look in enumerate(looks) if not look and _unlike(*moved[at], wanted[at][1])]
        again = self._look_at([(wanted[at][0], _shifted(wanted[at][1], moved[at][1])) for at in lost])
        for at, look in zip(lost, again, strict=True):
            looks[at] = look
        return [(_shifted(look[0], -here), look[1]) if look else None
                for look, (here, _even) in zip(looks, moved, strict=True)]  # fmt: skip

    def _look_at(self, wanted: list[tuple[One, Rect]]) -> list[Sight | None]:
        looks: list[Sight | None] = []
        for first in range(0, len(wanted), BATCH):
            part = wanted[first : first + BATCH]
            cut = [crop(picture, rect) for picture, rect in part]
            results = self._detector.crops([square for square, _window in cut])
            looks += [
                expected(faces, window, rect)
                for faces, (_square, window), (_picture, rect) in zip(results, cut, part, strict=True)
            ]
        return looks


def _shifted(rects: Rect, by: Rect) -> Rect:
    """Moved by (right, down). rects: of shape (4,) or (n, 4)."""
    return np.asarray(rects + np.concatenate([by, np.zeros(2, np.float32)]), dtype=np.float32)


def _unlike(move: Rect, other_move: Rect, rect: Rect) -> bool:
    """Whether two movements lead to places so far apart that a look at one does not tell of the other."""
    return bool(np.abs(move - other_move).max() > NEAR / 2 * min(rect[2:]))


def _match(start: Faces, end: Faces) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """Pairs of the same face at both ends, nearest first, and the faces seen at one end only."""
    pairs: list[tuple[int, int]] = []
    if len(start) and len(end):
        far = np.stack([distance(rect, end.rects) for rect in start.rects])
        while far.min() < 1.0:
            a, b = (int(value) for value in np.unravel_index(int(far.argmin()), far.shape))
            pairs.append((a, b))
            far[a, :], far[:, b] = 9, 9
    ends = {b for _a, b in pairs}
    starts = {a for a, _b in pairs}
    return pairs, [a for a in range(len(start)) if a not in starts], [b for b in range(len(end)) if b not in ends]


def _distinct(found: list[Sight]) -> Faces:
    """The same face found from two sides counts once."""
    rects: list[Rect] = []
    scores: list[float] = []
    for rect, score in sorted(found, key=lambda face: -face[1]):
        if not rects or overlap(rect, np.stack(rects)).max() < 0.5:
            rects.append(rect)
            scores.append(score)
    return Faces(np.stack(rects), np.array(scores, np.float32)) if rects else NONE
