"""How far the camera has moved, from small grey pictures: a shaking hand throws small faces out of their crops."""

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from privacy.geometry import Image, Rect

WIDE = 320  # pixels of the small pictures
SURE = 0.15  # share of the texture that has to agree on one movement
FLAT = 4.0  # spread of grey levels below which there is no texture to go by
Small = NDArray[np.float32]
_STILL = np.zeros(2, np.float32)


def drift(lumas: Sequence[Image]) -> list[Rect]:
    """Movement of each picture against the first, in pixels (right, down), shape (2,) each; 0 where nothing agrees."""
    scale = lumas[0].shape[1] / WIDE
    high = max(16, round(lumas[0].shape[0] / scale))
    small = [_even(cv2.resize(luma, (WIDE, high), interpolation=cv2.INTER_AREA)) for luma in lumas]
    window = np.asarray(cv2.createHanningWindow((WIDE, high), cv2.CV_32F), dtype=np.float32)
    moved = [_STILL]
    for before, after in pairwise(small):
        moved.append(np.asarray(moved[-1] + _step(before, after, window) * scale, dtype=np.float32))
    return moved


def _even(grey: cv2.typing.MatLike) -> Small:
    """Around 0: the mean level would agree with itself at no movement."""
    values = np.asarray(grey, dtype=np.float32)
    return np.asarray(values - values.mean(), dtype=np.float32)


def _step(before: Small, after: Small, window: Small) -> Rect:
    if min(before.std(), after.std()) < FLAT:
        return _STILL
    (right, down), agreed = cv2.phaseCorrelate(before, after, window)
    return np.array([right, down], np.float32) if agreed > SURE else _STILL
