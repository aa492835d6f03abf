"""Groups of frames: what is covered and what the source shows in each (`Covered`), and how they lie in the written
film (`layout`: stamps, key frames, digests of packets; decodes nothing). Runs in the child only.
"""

import hashlib
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av

from privacy.decoding.video_frames import Picture
from privacy.job import Mask
from privacy.rendering.mask import BLOCKS, MARGIN, Plan, cover_face, cover_text
from privacy.segments import Group

ROWS = 4  # every so many rows count for the checksum: a wrong reference smears over more than that


@dataclass
class Layout:
    """pts, dts: of each picture packet in the order of the file, in units of `base`; 16 bytes a frame.

    digests: sha256 of the payloads of each group; heard: sha256 of stamps and payloads of the sound, "" without sound.
    """

    base: Fraction
    extradata: bytes
    pts: "array[int]" = field(default_factory=lambda: array("q"))
    dts: "array[int]" = field(default_factory=lambda: array("q"))
    keys: set[int] = field(default_factory=set)
    digests: list[str] = field(default_factory=list)
    heard: str = ""

    def is_closed(self, starts: Sequence[int]) -> bool:
        """Whether each group begins with a key frame and is shown as a whole before the next one."""
        ends = [*starts[1:], len(self.pts)]
        spans = [self.pts[first:end] for first, end in zip(starts, ends, strict=True)]
        if not all(spans) or not self.keys.issuperset(starts):
            return False
        apart = all(max(span) < min(following) for span, following in pairwise(spans))
        return apart and all(min(span) == span[0] for span in spans)

    def shown(self, first: int, frames: int) -> list[int]:
        """Stamps of a group's frames in the order in which they are shown."""
        return sorted(self.pts[first : first + frames])


def layout(path: Path, starts: Sequence[int]) -> Layout:
    """Read all packets. starts: the first frame of each group, ascending."""
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        codec = video.codec_context
        read = Layout(video.time_base or Fraction(1), bytes(codec.extradata or b"") if codec else b"")
        groups, sound = [hashlib.sha256() for _start in starts], hashlib.sha256()
        for packet in container.demux(*container.streams.video, *container.streams.audio):
            if not packet.size:
                continue
            if packet.stream is video:
                groups[bisect_right(starts, len(read.pts)) - 1].update(bytes(packet))
                if packet.is_keyframe:
                    read.keys.add(len(read.pts))
                read.pts.append(packet.pts if packet.pts is not None else -1)
                read.dts.append(packet.dts if packet.dts is not None else -1)
            else:
                sound.update(f"{packet.pts} ".encode() + bytes(packet))
        read.digests = [group.hexdigest() for group in groups]
        read.heard = sound.hexdigest() if container.streams.audio else ""
    return read


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
