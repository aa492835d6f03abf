"""Where one shot ends and the next begins, from small grey pictures, one frame at a time."""

import cv2
import numpy as np
from numpy.typing import NDArray

from privacy.geometry import Image

SMALL = (64, 36)
LEAST = 14.0  # mean difference of grey levels below which nothing is a cut
OUTSTANDING = 3.5  # times the usual difference of this shot
SURE = 40.0


class ShotFinder:
    """Tells for each frame whether a new shot begins with it."""

    def __init__(self) -> None:
        self._last: NDArray[np.int16] | None = None
        self._usual = 0.0

    def is_cut(self, luma: Image) -> bool:
        """Give the frames in order, none left out; the first is a cut."""
        small = cv2.resize(luma, SMALL, interpolation=cv2.INTER_AREA).astype(np.int16)
        last, self._last = self._last, small
        if last is None:
            return True
        change = float(np.abs(small - last).mean())
        cut = change > SURE or (change > LEAST and change > OUTSTANDING * self._usual)
        self._usual = 0.0 if cut else 0.8 * self._usual + 0.2 * change
        return cut
