"""Where the camera has pointed since a shot began: faces hold still in its coordinates while a hand shakes."""

from array import array
from collections.abc import Iterable

import numpy as np

from privacy.geometry import Rect

STILL = np.zeros(2, np.float32)


class Camera:
    """Positions by frame from `first` on, (right, down) in pixels of the picture; 8 bytes a frame."""

    def __init__(self, first: int) -> None:
        self._first = first
        self._right, self._down = array("f"), array("f")

    def move(self, frame: int, by: Rect) -> None:
        """The picture of `frame` is moved against the last one told. by: shape (2,)."""
        here = self.at(frame)
        missing = frame - self._first - len(self._right)
        self._right.extend([here[0]] * missing + [here[0] + by[0]])
        self._down.extend([here[1]] * missing + [here[1] + by[1]])

    def at(self, frame: int) -> Rect:
        """Shape (2,). Before the first frame told: where it began; after the last: where it was last."""
        return np.asarray(self.path([frame])[0], dtype=np.float32)

    def path(self, frames: Iterable[int]) -> Rect:
        """Shape (n, 2)."""
        if not self._right:
            return np.zeros((len(list(frames)), 2), np.float32)
        where = np.clip(np.asarray(list(frames), int) - self._first, 0, len(self._right) - 1)
        return np.stack([np.frombuffer(side, np.float32)[where] for side in (self._right, self._down)], axis=1)
