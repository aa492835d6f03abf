"""Movement of the camera and shot boundaries, from small grey pictures.

A shaking hand throws small faces out of their crops: how far the picture moved is measured, and faces hold still in the
camera's coordinates. Where the picture changes by more than movement explains, a new shot begins.
"""

from array import array
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from privacy.decoding.frame import WIDE
from privacy.geometry import Image, Rect

SURE = 0.15  # share of the texture that has to agree on one movement
FLAT = 4.0  # spread of grey levels below which there is no texture to go by
FAR = 3  # a movement by more than a third of a side is none
NOTHING = 0.5  # pixels of a small picture; a movement by less is none
CHANGED = 5.0  # mean difference of grey levels from which on a picture that did not move is hard to believe
FREE = (0.12, 0.66)  # the rows of a picture that logos and subtitles leave free
BETTER = 0.8  # times the difference: a movement of these rows explains so much of it at least
COARSE = (64, 36)  # pictures are compared so small that blur and single objects do not count
Level = NDArray[np.float32]
STILL = np.zeros(2, np.float32)
LEAST = 14.0  # mean difference of grey levels below which nothing is a cut
OUTSTANDING = 3.5  # times the usual difference of this shot
CUT_SURE = 40.0


def drift(smalls: Sequence[Image], width: int) -> list[Rect]:
    """Movement of each picture against the first, in pixels (right, down), shape (2,) each; 0 where nothing agrees.

    smalls: the pictures, each through `small`; width: theirs in pixels.
    """
    moved = [STILL]
    for before, after in pairwise([_level(picture) for picture in smalls]):
        moved.append(np.asarray(moved[-1] + _step(before, after) * (width / WIDE), dtype=np.float32))
    return moved


def difference(before: Image, after: Image) -> float:
    """Mean difference of grey levels of two small pictures."""
    return float(_apart(before, after).mean())


def difference_but_for_movement(before: Image, after: Image) -> float:
    """As `difference`, of what neither stood still (a subtitle) nor moved with the camera."""
    right, down = _step(_level(before), _level(after))
    height, width = before.shape
    move = np.array([[1, 0, right], [0, 1, down]], np.float32)
    moved = cv2.warpAffine(before, move, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return float(np.minimum(_apart(before, after), _apart(np.asarray(moved, np.uint8), after)).mean())


def _apart(before: Image, after: Image) -> NDArray[np.int16]:
    earlier, later = (
        cv2.resize(side, COARSE, interpolation=cv2.INTER_AREA).astype(np.int16) for side in (before, after)
    )
    return np.asarray(np.abs(earlier - later), dtype=np.int16)


def _shared(before: Level, after: Level, moved: Rect) -> tuple[Level, Level]:
    """What both show when the picture moved by (right, down) pixels."""
    height, width = before.shape
    right, down = (round(float(by)) for by in moved)
    here = before[max(0, -down) : height - max(0, down), max(0, -right) : width - max(0, right)]
    there = after[max(0, down) : height + min(0, down), max(0, right) : width + min(0, right)]
    return here, there


def _level(grey: Image) -> Level:
    """Around 0: the mean level would agree with itself at no movement."""
    values = np.asarray(grey, dtype=np.float32)
    return np.asarray(values - values.mean(), dtype=np.float32)


@lru_cache(maxsize=8)
def _window(height: int) -> Level:
    return np.asarray(cv2.createHanningWindow((WIDE, height), cv2.CV_32F), dtype=np.float32)


def _step(before: Level, after: Level) -> Rect:
    found = _agreed(before, after)
    if np.abs(found).max() > NOTHING or float(np.abs(before - after).mean()) < CHANGED:
        return found
    # A subtitle or a logo is sharp and holds still, and speaks louder than all that moves behind it.
    rows = slice(*(round(before.shape[0] * share) for share in FREE))
    behind = _agreed(before[rows], after[rows])
    here, there = _shared(before[rows], after[rows], behind)
    still = float(np.abs(before[rows] - after[rows]).mean())
    return behind if float(np.abs(here - there).mean()) < BETTER * still else found


def _agreed(before: Level, after: Level) -> Rect:
    if min(before.std(), after.std()) < FLAT:
        return STILL
    (right, down), agreed = cv2.phaseCorrelate(before, after, _window(before.shape[0]))
    far = abs(right) > before.shape[1] / FAR or abs(down) > before.shape[0] / FAR
    return np.array([right, down], np.float32) if agreed > SURE and not far else STILL


class Camera:
    """Positions by frame from `first` on, (right, down) in pixels of the picture; 8 bytes a frame."""

    def __init__(self, first: int) -> None:
        self.first = first
        self._right, self._down = array("f"), array("f")

    def move(self, frame: int, by: Rect) -> None:
        """The picture of `frame` is moved against the last one given. by: shape (2,)."""
        right, down = self._at(frame)
        missing = frame - self.first - len(self._right)
        self._right.extend([right] * missing + [right + float(by[0])])
        self._down.extend([down] * missing + [down + float(by[1])])

    def between(self, first: int, last: int) -> Rect:
        """How far the picture moved from one frame to the other, shape (2,)."""
        (right, down), (later_right, later_down) = self._at(first), self._at(last)
        return np.array([later_right - right, later_down - down], np.float32)

    def path(self, frames: Iterable[int]) -> Rect:
        """Positions of frames, shape (n, 2)."""
        return np.array([self._at(frame) for frame in frames], np.float32).reshape(-1, 2)

    def _at(self, frame: int) -> tuple[float, float]:
        if not self._right:
            return 0.0, 0.0
        where = min(max(frame - self.first, 0), len(self._right) - 1)
        return self._right[where], self._down[where]


class ShotFinder:
    """Tells for each frame whether a new shot begins with it. A hand that shakes or a camera that pans makes none."""

    def __init__(self) -> None:
        self._last: Image | None = None
        self._usual = 0.0

    def is_cut(self, small: Image) -> bool:
        """Give the frames in order, none left out, each through `privacy.decoding.frame.small`; the first is a cut."""
        last, self._last = self._last, small
        if last is None or last.shape != small.shape:
            return True
        change = difference(last, small)
        if change > LEAST:
            change = min(change, difference_but_for_movement(last, small))
        cut = change > CUT_SURE or (change > LEAST and change > OUTSTANDING * self._usual)
        self._usual = 0.0 if cut else 0.8 * self._usual + 0.2 * change
        return cut
