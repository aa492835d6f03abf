"""Where the camera has pointed since a shot began: faces hold still in its coordinates while a hand shakes."""

from array import array
from collections.abc import Iterable

import numpy as np

from privacy.geometry import Rect

STILL = np.zeros(2, np.float32)


class Camera:
    """Positions by frame from `first` on, (right, down) in pixels of the picture; 8 bytes a frame."""

    def __init__(self, first: int) -> None:
        self.first = first
        self._right, self._down = array("f"), array("f")

    def move(self, frame: int, by: Rect) -> None:
        """The picture of `frame` is moved against the last one told. by: shape (2,)."""
        right, down = self._at(frame)
        missing = frame - self.first - len(self._right)
        self._right.extend([right] * missing + [right + float(by[0])])
        self._down.extend([down] * missing + [down + float(by[1])])

    def between(self, one: int, other: int) -> Rect:
        """How far the picture moved from one frame to the other, shape (2,)."""
        (right, down), (later_right, later_down) = self._at(one), self._at(other)
        return np.array([later_right - right, later_down - down], np.float32)

    def path(self, frames: Iterable[int]) -> Rect:
        """Positions of frames, shape (n, 2)."""
        return np.array([self._at(frame) for frame in frames], np.float32).reshape(-1, 2)

    def _at(self, frame: int) -> tuple[float, float]:
        if not self._right:
            return 0.0, 0.0
        where = min(max(frame - self.first, 0), len(self._right) - 1)
        return self._right[where], self._down[where]
