"""Where a text stands between two looks: fixed to the picture (a subtitle), or to what the camera shows."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, TypeAlias

import numpy as np

from privacy.camera import Camera
from privacy.geometry import Rect, clipped
from privacy.results import Box

STEADY = 2.0  # pixels; a camera that moves less moves no text out of its box
TELLING = 4.0  # pixels between two looks, on average, from which on they tell what a text is fixed to
ROOM = 0.002  # of the picture's width on each side of a text that moves: the movement is measured, not known

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
    return [
        (frame, clipped(_around(_candidates(readings, frame, camera, to), ROOM * size[0]), *size))
        for frame in range(first, last + 1)
    ]


def fixed_to(readings: Readings, camera: Camera) -> FixedTo:
    """Whether the places at which a text was read follow the camera; unknown when they do not tell."""
    steps = [
        (other[:2] + other[2:] / 2 - one[:2] - one[2:] / 2, camera.between(before, after))
        for (before, one), (after, other) in pairwise(readings)
    ]
    if not steps or np.mean([np.linalg.norm(moved) for _own, moved in steps]) < TELLING:
        return "unknown"
    stays = float(np.mean([np.linalg.norm(own) for own, _moved in steps]))
    goes = float(np.mean([np.linalg.norm(own - moved) for own, moved in steps]))
    return "picture" if stays < goes / 2 else "scene" if goes < stays / 2 else "unknown"


def _candidates(readings: Readings, frame: int, camera: Camera, to: FixedTo) -> list[Rect]:
    """Where it may be: by the reading before and by the one after."""
    at = [one for one, _rect in readings]
    near = {max(0, bisect_right(at, frame) - 1), min(len(at) - 1, bisect_left(at, frame))}
    rects = [moved_with(camera, *readings[one], frame) for one in near]
    return rects + ([readings[one][1] for one in near] if to == "unknown" else [])


def moved_with(camera: Camera, seen: int, rect: Rect, frame: int) -> Rect:
    """Where something seen at one frame is at another when only the camera moves."""
    return np.concatenate([rect[:2] + camera.between(seen, frame), rect[2:]]).astype(np.float32)


def _around(rects: Sequence[Rect], room: float) -> Rect:
    corners = np.stack([np.concatenate([rect[:2], rect[:2] + rect[2:]]) for rect in rects])
    left_top, right_bottom = corners[:, :2].min(axis=0) - room, corners[:, 2:].max(axis=0) + room
    return np.concatenate([left_top, right_bottom - left_top]).astype(np.float32)
