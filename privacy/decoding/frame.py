"""What a frame of a video and a still picture have in common."""

from typing import Protocol

import cv2
import numpy as np

from privacy.geometry import Image


class Frame(Protocol):
    """One picture that can be looked at and covered."""

    index: int

    @property
    def width(self) -> int:
        """Pixels."""

    @property
    def height(self) -> int:
        """Pixels."""

    @property
    def rgb(self) -> Image:
        """Shape (height, width, 3)."""

    def part(self, left: int, top: int, right: int, bottom: int) -> Image:
        """As `rgb`, cut out; nothing where the rectangle is turned inside out. Inside the picture, in pixels."""

    @property
    def luma(self) -> Image:
        """Grey levels, shape (height, width)."""

    @property
    def small(self) -> Image:
        """As the function `small` makes it, made once."""

    def planes(self) -> list[tuple[Image, int]]:
        """Writable views of the pixels and by how much each is smaller (1 or 2)."""


WIDE = 320  # pixels of the small pictures


def small(luma: Image) -> Image:
    """A grey picture WIDE pixels wide."""
    high = max(16, round(luma.shape[0] * WIDE / luma.shape[1]))
    return np.asarray(cv2.resize(luma, (WIDE, high), interpolation=cv2.INTER_AREA), dtype=np.uint8)
