"""Where a text stands between two looks: fixed to the picture (a subtitle), or to what the camera shows."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, TypeAlias

import numpy as np

from privacy.detection.motion import Camera
from privacy.geometry import Rect, clipped, enclosing
from privacy.types import Box

STEADY = 2.0  # pixels; a camera that moves less moves no text out of its box
TELLING = 4.0  # pixels between two looks, on average, from which on they tell what a text is fixed to
MARGIN = 0.002  # of the picture's width on each side of a text that moves: the movement is measured, not known

#: Frame and place of each reading, ascending.
Readings: TypeAlias = Sequence[tuple[int, Rect]]
#: Frame and box, ascending.
KeyBoxes: TypeAlias = list[tuple[int, Box]]
FixedTo: TypeAlias = Literal["picture", "scene", "unknown"]


def on_frames(
    readings: Readings, first: int, last: int, camera: Camera, size: tuple[int, int]
) -> list[tuple[int, Box]]:
    """Boxes at key frames, from `first` to `last`; between two of them a text is somewhere in both.

    Of a text that moves with the camera, or may, there is one for each frame. size: width, height.
    """
    path = camera.path(range(first, last + 1))
    to = fixed_to(readings, camera) if np.ptp(path, axis=0).max() > STEADY else "picture"
    if to == "picture":
        places = [(frame, clipped(rect, *size)) for frame, rect in readings]
        inner = [place for place in places if first < place[0] < last]
        return [(first, places[0][1]), *inner, (last, places[-1][1])]
    margin = MARGIN * size[0]
    looks = [frame for frame, _rect in readings]
    return [
        (frame, enclosing(clipped(_widened(rect, margin), *size) for rect in _candidates(near, frame, camera, to)))
        for frame in range(first, last + 1)
        for near in [_nearest(readings, looks, frame)]
    ]


def fixed_to(readings: Readings, camera: Camera) -> FixedTo:
    """Whether the places at which a text was read follow the camera; unknown when they do not tell."""
    steps = [
        (later_rect[:2] + later_rect[2:] / 2 - rect[:2] - rect[2:] / 2, camera.between(before, after))
        for (before, rect), (after, later_rect) in pairwise(readings)
    ]
    if not steps or np.mean([np.linalg.norm(moved) for _own, moved in steps]) < TELLING:
        return "unknown"
    stays = float(np.mean([np.linalg.norm(own) for own, _moved in steps]))
    goes = float(np.mean([np.linalg.norm(own - moved) for own, moved in steps]))
    return "picture" if stays < goes / 2 else "scene" if goes < stays / 2 else "unknown"


def _nearest(readings: Readings, looks: Sequence[int], frame: int) -> Readings:
    """The reading before and the one after a frame, once if they are the same. looks: the frames of the readings."""
    before, after = max(0, bisect_right(looks, frame) - 1), min(len(looks) - 1, bisect_left(looks, frame))
    return readings[before : after + 1] if before < after else [readings[before]]


def _candidates(near: Readings, frame: int, camera: Camera, to: FixedTo) -> list[Rect]:
    """Where it may be, by these readings."""
    moved = [moved_with(camera, seen, rect, frame) for seen, rect in near]
    return moved + [rect for _seen, rect in near] if to == "unknown" else moved


def moved_with(camera: Camera, seen: int, rect: Rect, frame: int) -> Rect:
    """Where something seen at one frame is at another when only the camera moves."""
    return np.concatenate([rect[:2] + camera.between(seen, frame), rect[2:]]).astype(np.float32)


def _widened(rect: Rect, margin: float) -> Rect:
    return np.concatenate([rect[:2] - margin, rect[2:] + 2 * margin]).astype(np.float32)
