"""Harder versions of a clip, as hospitals have them. The same input gives the same pixels; boxes are moved exactly."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels: TypeAlias = NDArray[np.uint8]
Box: TypeAlias = tuple[int, int, int, int]
#: Takes a picture of shape (height, width, 3) and its number.
Change: TypeAlias = Callable[[Pixels, int], Pixels]
#: Takes a box, the number of its frame, and width and height of the clip.
Move: TypeAlias = Callable[[Box, int, int, int], Box]

GAMMA, LIGHT, NOISE = 1.8, 0.5, 9.0  # a ward at night: a fifth of the middle grey, grain of a small sensor
SWING = 0.012  # of the width, to either side: a telephone held in one hand
EXPOSURE = 0.5  # of the time between two frames the shutter is open


def dark(picture: Pixels, number: int) -> Pixels:
    """Low light: darker middle tones, half the brightness, noise that differs from frame to frame."""
    dim = 255 * LIGHT * (picture.astype(np.float32) / 255) ** GAMMA
    noise = np.random.default_rng(number).normal(0, NOISE, picture.shape).astype(np.float32)
    return np.clip(dim + noise, 0, 255).astype(np.uint8)


def offset(number: float, width: int) -> tuple[float, float]:
    """Where a shaking hand has moved the picture: three tremors whose periods share no multiple."""
    reach = SWING * width
    along = np.sin(number * 0.9) + 0.6 * np.sin(number * 2.3 + 1)
    down = np.sin(number * 1.3 + 2) + 0.6 * np.sin(number * 1.9)
    return float(along * reach / 1.6), float(down * reach / 1.6)


def shaken(picture: Pixels, number: int) -> Pixels:
    """Moved by whole pixels and blurred along the movement while the shutter is open; the border is repeated."""
    height, width = picture.shape[:2]
    (x, y), (later_x, later_y) = offset(number, width), offset(number + EXPOSURE, width)
    move = np.array([[1, 0, round(x)], [0, 1, round(y)]], np.float32)
    moved = cv2.warpAffine(picture, move, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.filter2D(moved, -1, _streak(later_x - x, later_y - y)), dtype=np.uint8)


def _streak(along: float, down: float) -> NDArray[np.float32]:
    """A line through the middle of a square kernel, its sum 1."""
    half = int(np.ceil(max(abs(along), abs(down)) / 2))
    kernel = np.zeros((2 * half + 1, 2 * half + 1), np.float32)
    for share in np.linspace(-0.5, 0.5, 8 * half + 1):
        kernel[half + round(down * share), half + round(along * share)] += 1
    return np.asarray(kernel / kernel.sum(), dtype=np.float32)


def _shaken_box(box: Box, number: int, width: int, height: int) -> Box:
    x, y = offset(number, width)
    left, top = box[0] + round(x), box[1] + round(y)
    right, bottom = min(width, left + box[2]), min(height, top + box[3])
    return max(0, left), max(0, top), right - max(0, left), bottom - max(0, top)


def _turned(picture: Pixels, number: int) -> Pixels:
    return np.asarray(cv2.rotate(picture, cv2.ROTATE_90_CLOCKWISE), dtype=np.uint8)


def _turned_box(box: Box, number: int, width: int, height: int) -> Box:
    return height - box[1] - box[3], box[0], box[3], box[2]


def _as_it_is(picture: Pixels, number: int) -> Pixels:
    return picture


def _in_place(box: Box, number: int, width: int, height: int) -> Box:
    return box


#: How the pictures change, how the boxes move, and x264's crf.
VARIANTS: dict[str, tuple[Change, Move, int]] = {
    "plain": (_as_it_is, _in_place, 12),
    "dark": (dark, _in_place, 20),
    "shaken": (shaken, _shaken_box, 20),
    "squeezed": (_as_it_is, _in_place, 38),
    "sideways": (_turned, _turned_box, 20),
}


def changed(pictures: list[Pixels], variant: str) -> Iterator[Pixels]:
    """The pictures of a variant."""
    change = VARIANTS[variant][0]
    return (change(picture, number) for number, picture in enumerate(pictures))
