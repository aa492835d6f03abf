"""The face detector: centerface on whole pictures and on small crops around known faces. Runs in the child only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from privacy.decoding.frame import Frame
from privacy.geometry import Image, Rect, distance
from privacy.models.onnx_session import session

STRIDE = 4  # pixels of the input for one cell of the output
MULTIPLE = 32  # the network halves five times
LONGEST = 1920  # a longer side is scaled down: the cost of a whole 4K picture is 4 times that of 1080p
LONGEST_TURNED, LEAST_TURNED = 640, 0.35  # furniture looks like a face more often when it is turned
THRESHOLD = 0.2  # facts: half of it leaks less, more masks furniture
SAME = 0.3  # two boxes that overlap more are one face
CROP = 96  # side of a crop for the network, pixels
CROP_MARGIN = 2.2  # side of a crop in units of the face
NEAR = 0.7  # a face is the one looked for when its centre is so near, in units of its size
#: A rectangle in picture pixels and its score.
Sight: TypeAlias = tuple[Rect, float]


@dataclass(frozen=True)
class Faces:
    """n faces: `rects` of shape (n, 4), `scores` of shape (n,)."""

    rects: Rect
    scores: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.scores)

    def parts(self) -> tuple[list[Rect], list[float]]:
        """Rectangles and scores, one each."""
        return list(self.rects), [float(score) for score in self.scores]


NONE = Faces(np.zeros((0, 4), np.float32), np.zeros(0, np.float32))


class Detector:
    """Holds the session; `path` is the folded model (privacy.models.files)."""

    def __init__(self, path: str) -> None:
        self._session = session(path)

    def whole(self, rgb: Image) -> Faces:
        """Faces of one picture of any size, in its pixels."""
        height, width = rgb.shape[:2]
        scale = min(1.0, LONGEST / max(height, width))
        if scale < 1:
            rgb = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
        bottom, right = -rgb.shape[0] % MULTIPLE, -rgb.shape[1] % MULTIPLE
        padded = cv2.copyMakeBorder(rgb, 0, bottom, 0, right, cv2.BORDER_CONSTANT)
        faces = self._run(cv2.dnn.blobFromImage(padded))[0]
        return Faces(faces.rects / scale, faces.scores)

    def turned(self, rgb: Image) -> Faces:
        """Faces of people who lie: those of the picture turned to the left and to the right, in its own pixels.

        Smaller than `whole` sees it: who lies in front of a camera is near, and this comes on top of it.
        """
        height, width = rgb.shape[:2]
        scale = min(1.0, LONGEST_TURNED / max(height, width))
        small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else rgb
        down, along = small.shape[:2]
        sides = [cv2.rotate(small, cv2.ROTATE_90_CLOCKWISE), cv2.rotate(small, cv2.ROTATE_90_COUNTERCLOCKWISE)]
        edges = (0, -along % MULTIPLE, 0, -down % MULTIPLE)
        padded = [cv2.copyMakeBorder(side, *edges, cv2.BORDER_CONSTANT) for side in sides]
        right, left = self._run(cv2.dnn.blobFromImages(padded))
        x, y, w, h = right.rects.T
        fallen_left = np.stack([y, down - x - w, h, w], axis=1)
        x, y, w, h = left.rects.T
        fallen_right = np.stack([along - y - h, x, h, w], axis=1)
        rects, scores = np.concatenate([fallen_left, fallen_right]), np.concatenate([right.scores, left.scores])
        sure = scores >= LEAST_TURNED
        return Faces((rects[sure] / scale).astype(np.float32), scores[sure])

    def crops(self, crops: Sequence[Image]) -> list[Faces]:
        """Faces of crops of one size, shape (side, side, 3), each in its crop's pixels."""
        return self._run(cv2.dnn.blobFromImages(crops)) if len(crops) else []

    def _run(self, blob: Any) -> list[Faces]:
        heat, sizes, shifts = self._session.run(["537", "538", "539"], {"input.1": blob})
        return [_decode(*outputs) for outputs in zip(heat[:, 0], sizes, shifts, strict=True)]


def _decode(heat: Rect, sizes: Rect, shifts: Rect) -> Faces:
    """Boxes of one picture: beside each cell's score stand log size and shift of the centre (CenterFace paper)."""
    rows, columns = np.nonzero(heat > THRESHOLD)
    if not len(rows):
        return NONE
    high, wide = np.exp(sizes[:, rows, columns]) * STRIDE
    down, along = shifts[:, rows, columns]
    left = (columns + along + 0.5) * STRIDE - wide / 2
    top = (rows + down + 0.5) * STRIDE - high / 2
    rects = np.stack([left, top, wide, high], axis=1).astype(np.float32)
    scores = heat[rows, columns].astype(np.float32)
    kept = np.array(cv2.dnn.NMSBoxes(rects.tolist(), scores.tolist(), THRESHOLD, SAME), dtype=int).reshape(-1)
    return Faces(rects[kept], scores[kept])


def crop(picture: Frame, rect: Rect) -> tuple[Image, Rect]:
    """A square around a face, scaled to CROP; black where it leaves the picture. Also the square, in picture pixels."""
    side = max(16.0, float(max(rect[2], rect[3])) * CROP_MARGIN)
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
