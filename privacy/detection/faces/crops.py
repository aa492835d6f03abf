"""Small squares around known faces, and the face in them that is the one looked for. Runs in the child only."""

from typing import TypeAlias

import cv2
import numpy as np

from privacy.decoding.frame import Frame
from privacy.detection.faces.detector import Faces
from privacy.geometry import Image, Rect, distance

CROP = 96  # side of a crop for the network, pixels
ROOM = 2.2  # side of a crop in units of the face
NEAR = 0.7  # a face is the one looked for when its centre is so near, in units of its size

#: A rectangle in picture pixels and its score.
Sight: TypeAlias = tuple[Rect, float]


def crop(picture: Frame, rect: Rect) -> tuple[Image, Rect]:
    """A square around a face, scaled to CROP; black where it leaves the picture. Also the square, in picture pixels."""
    side = max(16.0, float(max(rect[2], rect[3])) * ROOM)
    centre = rect[:2] + rect[2:] / 2
    left, top, size = round(float(centre[0] - side / 2)), round(float(centre[1] - side / 2)), round(side)
    height, width = picture.height, picture.width
    inside = picture.part(max(0, left), max(0, top), min(width, left + size), min(height, top + size))
    edges = (max(0, -top), max(0, top + size - height), max(0, -left), max(0, left + size - width))
    square = cv2.copyMakeBorder(inside, *edges, cv2.BORDER_CONSTANT) if any(edges) and inside.size else inside
    if not square.size:
        square = np.zeros((2, 2, 3), np.uint8)
    how = cv2.INTER_AREA if size > CROP else cv2.INTER_LINEAR
    scaled = cv2.resize(square, (CROP, CROP), interpolation=how)
    return np.asarray(scaled, dtype=np.uint8), np.array([left, top, size, size], np.float32)


def expected(faces: Faces, window: Rect, rect: Rect) -> Sight | None:
    """The face of a crop that is the one looked for, in picture pixels."""
    if not len(faces):
        return None
    rects = faces.rects * (window[2] / CROP)
    rects[:, :2] += window[:2]
    far = distance(rect, rects)
    best = int(far.argmin())
    return (rects[best], float(faces.scores[best])) if far[best] < NEAR else None
