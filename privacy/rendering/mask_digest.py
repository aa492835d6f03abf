"""Covering frames, and remembering for each group of them what was covered and what the source showed."""

import hashlib
import zlib

from privacy.decoding.video_frames import Picture
from privacy.job import Mask
from privacy.rendering.mask import BLOCKS, MARGIN, cover_face, cover_text
from privacy.rendering.mask_plan import Plan
from privacy.segments import Group

ROWS = 4  # every so many rows count for the checksum: a wrong reference smears over more than that


class Covered:
    """Covers frames that are given in order, and makes their groups. length: frames of a group."""

    def __init__(self, plan: Plan, mask: Mask, length: int) -> None:
        self._plan, self._mask, self._length = plan, mask, length
        self.groups: list[Group] = []
        self._first, self._frames, self._seen, self._cover = 0, 0, 0, CoverDigest(plan, mask)

    def cover(self, picture: Picture, frame: int, seconds: float) -> None:
        """Cover one frame in place. frame: its number in the film; seconds: when it is shown."""
        if frame % self._length == 0 or not self._frames:
            self.close()
            self._first = frame
        self._frames += 1
        self._seen = zlib.crc32(picture.yuv[::ROWS].tobytes(), self._seen)
        self._cover.add(frame, seconds)
        for box in self._plan.faces(frame):
            cover_face(picture, box, self._mask)
        for box in self._plan.texts(frame, seconds):
            cover_text(picture, box)

    def close(self) -> None:
        """The group at hand is complete."""
        if self._frames:
            self.groups.append(Group(self._first, self._frames, self._cover.hexdigest(), self._seen))
        self._frames, self._seen, self._cover = 0, 0, CoverDigest(self._plan, self._mask)


class CoverDigest:
    """Digest of all that is covered in some frames, in the order in which it is covered."""

    def __init__(self, plan: Plan, mask: Mask) -> None:
        self._plan = plan
        self._sha = hashlib.sha256(repr((mask, MARGIN, BLOCKS)).encode())

    def add(self, frame: int, seconds: float) -> None:
        """One more frame."""
        faces, texts = self._plan.faces(frame), self._plan.texts(frame, seconds)
        boxes = [[(box.x, box.y, box.w, box.h) for box in part] for part in (faces, texts)]
        self._sha.update(repr((frame, boxes)).encode())

    def hexdigest(self) -> str:
        """Of the frames so far."""
        return self._sha.hexdigest()
