"""What to cover in which frame (a detection less what a person kept), and covering it, in the planes, in place."""

from collections import defaultdict
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from privacy.decoding.frame import Frame
from privacy.geometry import Image, enclosing
from privacy.job import Job, Mask
from privacy.types import Box, ScreenHit

MARGIN = 1.46  # an ellipse of so many times the face box: its corners are outside a face, ears and hair inside
BLOCKS = 6  # mosaic squares along the longer side of a face; more would leave features


def cover_face(picture: Frame, box: Box, mask: Mask) -> None:
    """Cover a face with an ellipse."""
    width, height = round(box.w * MARGIN), round(box.h * MARGIN)
    margin = Box(box.x - (width - box.w) // 2, box.y - (height - box.h) // 2, width, height)
    area = _even(margin, picture.width, picture.height)
    if area is None:
        return
    for plane, half in picture.planes():
        part = _part(plane, area, half)
        covered = _covered(part, mask)
        inside = _ellipse(part.shape[1], part.shape[0])
        np.copyto(part, covered, where=inside)


def cover_text(picture: Frame, box: Box) -> None:
    """Cover text with a plain rectangle of its mean colour: digits can be read back from a mosaic."""
    area = _even(box, picture.width, picture.height)
    if area is None:
        return
    for plane, half in picture.planes():
        part = _part(plane, area, half)
        part[:] = np.uint8(part.mean())


def _even(box: Box, width: int, height: int) -> Box | None:
    """The part inside the picture, widened to even pixels so that colour (half size) is covered as well."""
    left, top = max(0, box.x) // 2 * 2, max(0, box.y) // 2 * 2
    right, bottom = min(width, box.x + box.w + 1) // 2 * 2, min(height, box.y + box.h + 1) // 2 * 2
    return Box(left, top, right - left, bottom - top) if right > left and bottom > top else None


def _part(plane: Image, area: Box, half: int) -> Image:
    return plane[area.y // half : (area.y + area.h) // half, area.x // half : (area.x + area.w) // half]


def _covered(part: Image, mask: Mask) -> Image:
    height, width = part.shape
    if mask == "solid":
        return np.full_like(part, int(part.mean()))
    block = max(1.0, max(width, height) / BLOCKS)
    few = (max(1, round(width / block)), max(1, round(height / block)))
    small = cv2.resize(part, few, interpolation=cv2.INTER_AREA)
    how = cv2.INTER_NEAREST if mask == "mosaic" else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(small, (width, height), interpolation=how), dtype=np.uint8)


@lru_cache(maxsize=256)
def _ellipse(width: int, height: int) -> NDArray[np.bool_]:
    across = (np.arange(width) + 0.5) / width * 2 - 1
    down = (np.arange(height) + 0.5) / height * 2 - 1
    return np.asarray(across[None, :] ** 2 + down[:, None] ** 2 <= 1.0)


class Plan:
    """Boxes per frame. Everything a person did not keep or clear is covered, and what a person drew."""

    def __init__(self, job: Job) -> None:
        assert job.detection
        self._faces: defaultdict[int, list[Box]] = defaultdict(list)
        for track in job.detection.tracks:
            if track.number not in job.decided.keep:
                for frame, box in track.boxes:
                    self._faces[frame].append(box)
        self._hits = [hit for at, hit in enumerate(job.detection.screen_hits) if at not in job.decided.clear]
        self._extra = job.decided.extra

    def faces(self, frame: int) -> list[Box]:
        """Faces to cover."""
        return self._faces.get(frame, [])

    def texts(self, frame: int, seconds: float) -> list[Box]:
        """Text to cover, and what a person drew. seconds: when the frame is shown."""
        drawn = [region.box for region in self._extra if region.first_seconds <= seconds <= region.last_seconds]
        return drawn + [_place(hit, frame) for hit in self._hits if hit.first_frame <= frame <= hit.last_frame]


def _place(hit: ScreenHit, frame: int) -> Box:
    """Both places of a text that moves between two looks: it was somewhere between them."""
    before = [box for at, box in hit.boxes if at <= frame][-1:]
    after = [box for at, box in hit.boxes if at >= frame][:1]
    return enclosing(before + after or [hit.box])
