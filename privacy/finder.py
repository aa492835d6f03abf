"""Faces of every frame at a fraction of the cost: whole pictures now and then, small crops around known faces between.

Frames come in stretches that begin and end with a whole picture. A face seen at both ends is looked for in crops along
the line between, all frames at once; one seen at one end only is followed frame by frame until it is lost.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

import cv2
import numpy as np

from privacy.detector import NONE, Detector, Faces
from privacy.frame import Frame
from privacy.geometry import Image, Rect, distance, overlap

CROP = 96  # side of a crop for the network, pixels
ROOM = 2.2  # side of a crop in units of the face
NEAR = 0.7  # a face is the one looked for when its centre is so near, in units of its size
BATCH = 48  # crops in one run, bounds memory
LOST = 2  # frames without a face after which following ends

One = TypeVar("One", bound=Frame)
#: A rectangle in picture pixels and its score.
Sight: TypeAlias = tuple[Rect, float]


@dataclass(frozen=True)
class Seen:
    """The faces of one frame."""

    index: int
    faces: Faces


class Finder(Generic[One]):
    """Feeds on pictures in order, yields what was seen in order, up to a stretch later."""

    def __init__(self, detector: Detector, every: int) -> None:
        self._detector = detector
        self._every = every
        self._stretch: list[One] = []
        self._at_start: Faces = NONE

    def feed(self, picture: One, *, cut: bool) -> Iterator[tuple[One, Seen]]:
        """`cut`: a new shot begins with this picture."""
        if cut:
            yield from self.flush()
        if not self._stretch:
            self._stretch, self._at_start = [picture], self._detector.whole(picture.rgb)
            return
        self._stretch.append(picture)
        if len(self._stretch) > self._every:
            yield from self._close(keep_last=True)

    def flush(self) -> Iterator[tuple[One, Seen]]:
        """End the stretch that is open: the shot or the video is over."""
        if len(self._stretch) > 1:
            yield from self._close(keep_last=False)
        elif self._stretch:
            yield self._stretch[0], Seen(self._stretch[0].index, self._at_start)
        self._stretch = []

    def _close(self, *, keep_last: bool) -> Iterator[tuple[One, Seen]]:
        stretch, start = self._stretch, self._at_start
        end = self._detector.whole(stretch[-1].rgb)
        between = self._between(stretch, start, end)
        yield stretch[0], Seen(stretch[0].index, start)
        for picture, faces in zip(stretch[1:-1], between, strict=True):
            yield picture, Seen(picture.index, faces)
        if not keep_last:
            yield stretch[-1], Seen(stretch[-1].index, end)
        self._stretch, self._at_start = [stretch[-1]], end

    def _between(self, stretch: list[One], start: Faces, end: Faces) -> list[Faces]:
        inner = stretch[1:-1]
        found: list[list[Sight]] = [[] for _ in inner]
        if inner:
            pairs, only_start, only_end = _match(start, end)
            self._along(stretch, [(start.rects[a], end.rects[b]) for a, b in pairs], found)
            self._follow(inner, [start.rects[a] for a in only_start], found)
            self._follow(inner[::-1], [end.rects[b] for b in only_end], found[::-1])
        return [_distinct(faces) for faces in found]

    def _along(self, stretch: list[One], pairs: list[tuple[Rect, Rect]], found: list[list[Sight]]) -> None:
        """Look between the places at both ends, for all inner frames in a few batches."""
        steps = len(stretch) - 1
        wanted = [(at, _mix(a, b, at / steps)) for at in range(1, steps) for a, b in pairs]
        for first in range(0, len(wanted), BATCH):
            part = wanted[first : first + BATCH]
            for (at, _expected), face in zip(part, self._look([(stretch[at], r) for at, r in part]), strict=True):
                if face:
                    found[at - 1].append(face)

    def _follow(self, frames: list[One], faces: list[Rect], found: list[list[Sight]]) -> None:
        """Follow faces from frame to frame until each is lost. `found` is in the order of `frames`."""
        places = [(rect, 0) for rect in faces]
        for at, picture in enumerate(frames):
            places = [(rect, misses) for rect, misses in places if misses < LOST]
            if not places:
                return
            looks = self._look([(picture, rect) for rect, _misses in places])
            found[at] += [face for face in looks if face]
            places = [(f[0], 0) if f else (r, misses + 1) for f, (r, misses) in zip(looks, places, strict=True)]

    def _look(self, wanted: list[tuple[One, Rect]]) -> list[Sight | None]:
        if not wanted:
            return []
        cut = [_crop(picture.rgb, rect) for picture, rect in wanted]
        results = self._detector.crops(np.stack([crop for crop, _window in cut]))
        return [
            _expected(faces, window, rect)
            for faces, (_crop_, window), (_picture, rect) in zip(results, cut, wanted, strict=True)
        ]


def _mix(a: Rect, b: Rect, share: float) -> Rect:
    return np.asarray(a + (b - a) * share, dtype=np.float32)


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


def _crop(rgb: Image, rect: Rect) -> tuple[Image, Rect]:
    """A square around a face, scaled to CROP; black where it leaves the picture. Also the square, in picture pixels."""
    side = max(16.0, float(max(rect[2], rect[3])) * ROOM)
    centre = rect[:2] + rect[2:] / 2
    left, top, size = round(float(centre[0] - side / 2)), round(float(centre[1] - side / 2)), round(side)
    height, width = rgb.shape[:2]
    inside = rgb[max(0, top) : max(0, min(height, top + size)), max(0, left) : max(0, min(width, left + size))]
    edges = (max(0, -top), max(0, top + size - height), max(0, -left), max(0, left + size - width))
    square = cv2.copyMakeBorder(inside, *edges, cv2.BORDER_CONSTANT) if any(edges) and inside.size else inside
    if not square.size:
        square = np.zeros((2, 2, 3), np.uint8)
    how = cv2.INTER_AREA if size > CROP else cv2.INTER_LINEAR
    scaled = cv2.resize(square, (CROP, CROP), interpolation=how)
    return np.asarray(scaled, dtype=np.uint8), np.array([left, top, size, size], np.float32)


def _expected(faces: Faces, window: Rect, rect: Rect) -> Sight | None:
    """The face of a crop that is the one looked for, in picture pixels."""
    if not len(faces):
        return None
    rects = faces.rects * (window[2] / CROP)
    rects[:, :2] += window[:2]
    far = distance(rect, rects)
    best = int(far.argmin())
    return (rects[best], float(faces.scores[best])) if far[best] < NEAR else None


def _distinct(found: list[Sight]) -> Faces:
    """The same face found from two sides counts once."""
    rects: list[Rect] = []
    scores: list[float] = []
    for rect, score in sorted(found, key=lambda face: -face[1]):
        if not rects or overlap(rect, np.stack(rects)).max() < 0.5:
            rects.append(rect)
            scores.append(score)
    return Faces(np.stack(rects), np.array(scores, np.float32)) if rects else NONE
