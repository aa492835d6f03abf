"""Rectangles as float arrays (x, y, w, h): overlap, growth, clipping."""

from collections.abc import Iterable
from math import ceil, floor
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from privacy.types import Box

#: Shape (4,) or (n, 4): left, top, width, height in pixels.
Rect: TypeAlias = NDArray[np.float32]
#: Shape (height, width, 3) or a plane (height, width), 8 bits.
Image: TypeAlias = NDArray[np.uint8]
#: Pages of a PDF are drawn with so many dots an inch.
DPI = 150


def overlap(rect: Rect, rects: Rect) -> NDArray[np.float32]:
    """Intersection over union of a rectangle with each of n, shape (n,)."""
    right = np.minimum(rect[0] + rect[2], rects[:, 0] + rects[:, 2])
    bottom = np.minimum(rect[1] + rect[3], rects[:, 1] + rects[:, 3])
    wide = np.maximum(right - np.maximum(rect[0], rects[:, 0]), 0)
    high = np.maximum(bottom - np.maximum(rect[1], rects[:, 1]), 0)
    shared = wide * high
    union = rect[2] * rect[3] + rects[:, 2] * rects[:, 3] - shared
    return np.asarray(shared / np.maximum(union, 1e-6), dtype=np.float32)


def distance(rect: Rect, rects: Rect) -> NDArray[np.float32]:
    """Distance of the centres in units of the mean size, shape (n,); 9 where the sizes differ more than threefold."""
    centre = rect[:2] + rect[2:] / 2
    centres = rects[:, :2] + rects[:, 2:] / 2
    size, sizes = np.sqrt(rect[2] * rect[3]), np.sqrt(rects[:, 2] * rects[:, 3])
    ratio = np.maximum(size, sizes) / np.maximum(np.minimum(size, sizes), 1e-6)
    far = np.linalg.norm(centres - centre, axis=1) / np.maximum((size + sizes) / 2, 1e-6)
    return np.asarray(np.where(ratio > 3, 9, far), dtype=np.float32)


def grown(rect: Rect, factor: float) -> Rect:
    """The rectangle with the same centre and `factor` times the sides."""
    centre = rect[:2] + rect[2:] / 2
    sides = rect[2:] * factor
    return np.concatenate([centre - sides / 2, sides]).astype(np.float32)


def clipped(rect: Rect, width: int, height: int) -> Box:
    """The whole pixels a rectangle touches inside the picture; at least one."""
    x, y, wide, high = (float(value) for value in rect)
    left, top = (min(max(floor(edge), 0), end - 1) for edge, end in ((x, width), (y, height)))
    right = min(max(ceil(x + wide), left + 1), width)
    bottom = min(max(ceil(y + high), top + 1), height)
    return Box(left, top, right - left, bottom - top)


def enclosing(boxes: Iterable[Box]) -> Box:
    """The smallest box that holds all of them; there is at least one."""
    sides = [(box.x, box.y, box.x + box.w, box.y + box.h) for box in boxes]
    left, top = (min(side[at] for side in sides) for at in (0, 1))
    right, bottom = (max(side[at] for side in sides) for at in (2, 3))
    return Box(left, top, right - left, bottom - top)
