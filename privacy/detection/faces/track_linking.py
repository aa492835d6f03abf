"""From faces of single frames to tracks: linked over time, gaps filled, both ends padded, never across a cut."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import cv2
import numpy as np

from privacy.decoding.frame import Frame
from privacy.detection.faces.detector import Faces
from privacy.detection.motion import STILL, Camera
from privacy.geometry import Rect, clipped, distance, grown
from privacy.types import FaceTrack
from yiyuan.i18n import _

PAD = 5  # frames masked before the first and after the last sight of a face
GHOST_SIGHTS, GHOST_SCORE, GHOST_SHOT = 1, 0.35, 5
AROUND = 6  # frames before and after within which a face keeps its size
REACH = 1.0  # centres so far apart (in face sizes) may be the same face in the next frame; more after a gap
WEAK, FEW, BROKEN = 0.5, 5, 10
CROP_SIDE = 240


@dataclass
class Link:
    """A face through one shot while it grows. `frames` ascend; `rects` and `scores` belong to them."""

    camera: Camera = field(default_factory=lambda: Camera(0))
    frames: list[int] = field(default_factory=list)
    rects: list[Rect] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    best: float = -1.0
    crop: bytes = b""
    shot: tuple[int, int] = (0, 0)

    def add(self, frame: int, rect: Rect, score: float) -> None:
        """One more sight."""
        self.frames.append(frame)
        self.rects.append(rect)
        self.scores.append(score)

    def expected(self, frame: int) -> Rect:
        """Where the face should be: moved with the camera, and on by its own last speed for at most PAD frames."""
        last, seen = self.rects[-1], self.frames[-1]
        here = last[:2] + self.camera.between(seen, frame)
        if len(self.frames) > 1:
            before = self.frames[-2]
            speed = (last[:2] - self.rects[-2][:2] - self.camera.between(before, seen)) / (seen - before)
            here = here + speed * min(frame - seen, PAD)
        return np.concatenate([here, last[2:]]).astype(np.float32)

    @property
    def is_ghost(self) -> bool:
        """Seen once, weakly, although its place was looked at before and after: not a face."""
        long_enough = self.shot[1] - self.shot[0] > GHOST_SHOT
        return long_enough and len(self.frames) <= GHOST_SIGHTS and max(self.scores) < GHOST_SCORE

    @property
    def longest_gap(self) -> int:
        """Frames between two sights, at most."""
        return max((b - a - 1 for a, b in pairwise(self.frames)), default=0)


class Linker:
    """Takes the faces of each frame in order; `gap` is how many frames a face may be unseen."""

    def __init__(self, gap: int) -> None:
        self._gap = gap
        self._open: list[Link] = []
        self._shot = 0
        self.cameras = [Camera(0)]
        self.links: list[Link] = []

    def feed(self, frame: int, faces: Faces, moved: Rect = STILL) -> list[Link]:
        """The link each face of the frame went to, in the order of `faces`. moved: of the camera since the last one."""
        self.cameras[-1].move(frame, moved)
        for link in [link for link in self._open if frame - link.frames[-1] > self._gap]:
            self._open.remove(link)
        taken: dict[int, Link] = {}
        for link, at in self._nearest(frame, faces):
            taken[at] = link
        for at in range(len(faces)):
            if at not in taken:
                taken[at] = Link(self.cameras[-1], shot=(self._shot, 0))
                self._open.append(taken[at])
                self.links.append(taken[at])
            taken[at].add(frame, faces.rects[at], float(faces.scores[at]))
        return [taken[at] for at in range(len(faces))]

    def _nearest(self, frame: int, faces: Faces) -> list[tuple[Link, int]]:
        if not self._open or not len(faces):
            return []
        far = np.stack([distance(link.expected(frame), faces.rects) for link in self._open])
        waited = np.array([[frame - link.frames[-1]] for link in self._open])
        far = np.asarray(far / np.minimum(1 + (waited - 1) * 0.1, 2), dtype=np.float32)
        pairs = []
        while far.size and far.min() < REACH:
            row, column = (int(value) for value in np.unravel_index(int(far.argmin()), far.shape))
            pairs.append((self._open[row], column))
            far[row, :], far[:, column] = 9, 9
        return pairs

    def cut(self, frame: int) -> None:
        """A new shot begins with `frame`; `cut` with the number of frames ends the last one."""
        for link in self.links:
            if link.shot == (self._shot, 0):
                link.shot = (self._shot, frame)
        self._open = []
        self._shot = frame
        self.cameras.append(Camera(frame))


def _sizes(link: Link) -> Rect:
    """Width and height per sight, shape (n, 2), no smaller than three quarters of the sights around it are.

    A box that shrinks for a moment is a face half hidden, turned or badly lit, and its rest must stay covered.
    """
    frames, sizes = np.array(link.frames), np.stack(link.rects)[:, 2:]
    firsts = np.searchsorted(frames, frames - AROUND)
    lasts = np.searchsorted(frames, frames + AROUND, "right")
    places = [(first, last, (last - first - 1) * 3 // 4) for first, last in zip(firsts, lasts, strict=True)]
    usual = [np.partition(sizes[first:last], at, axis=0)[at] for first, last, at in places]
    return np.asarray(np.maximum(sizes, np.stack(usual)), dtype=np.float32)


def filled(link: Link) -> list[tuple[int, Rect]]:
    """A rectangle for every frame from PAD before the first to PAD after the last sight, inside the shot.

    Between sights and around them it moves with the camera.
    """
    first = max(link.shot[0], link.frames[0] - PAD)
    last = min(link.shot[1] - 1, link.frames[-1] + PAD)
    wanted = np.arange(first, last + 1)
    rects, sizes = np.stack(link.rects), _sizes(link)
    corners = rects[:, :2] + (rects[:, 2:] - sizes) / 2 - link.camera.path(link.frames)
    columns = [np.interp(wanted, link.frames, side) for side in np.concatenate([corners, sizes], axis=1).T]
    columns[:2] = np.stack(columns[:2]) + link.camera.path(wanted).T
    return [(int(frame), np.array(rect, np.float32)) for frame, *rect in zip(wanted, *columns, strict=True)]


def keep_crop(link: Link, picture: Frame, rect: Rect, score: float) -> None:
    """Let the largest and surest sight of a face stand for its track."""
    worth = score * float(np.sqrt(rect[2] * rect[3]))
    if worth > link.best * 1.1:
        box = clipped(grown(rect, 1.6), picture.width, picture.height)
        crop = picture.part(box.x, box.y, box.x + box.w, box.y + box.h)
        scale = min(1.0, CROP_SIDE / max(box.w, box.h))
        small = cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        link.best, link.crop = worth, cv2.imencode(".png", cv2.cvtColor(small, cv2.COLOR_RGB2BGR))[1].tobytes()


def tracks(links: list[Link], size: tuple[int, int], seconds: Callable[[int], float]) -> list[FaceTrack]:
    """Numbered from 1 by first frame. size: width, height; seconds: the time of a frame."""
    links = [link for link in links if not link.is_ghost]
    # The track that fills most picture over most frames; none when nothing is seen for long enough to be sure of.
    sure = [link for link in links if max(link.scores) >= WEAK and not _is_short(link)]
    presenter = max(sure, key=lambda link: float(sum(rect[2] * rect[3] for rect in link.rects)), default=None)
    ordered = sorted(links, key=lambda link: link.frames[0])
    return [_track(number, link, link is presenter, size, seconds) for number, link in enumerate(ordered, 1)]


def _track(
    number: int, link: Link, proposed: bool, size: tuple[int, int], seconds: Callable[[int], float]
) -> FaceTrack:
    boxes = [(frame, clipped(rect, *size)) for frame, rect in filled(link)]
    first, last = boxes[0][0], boxes[-1][0]
    return FaceTrack(
        number=number,
        first_frame=first,
        last_frame=last,
        first_seconds=round(seconds(first), 3),
        last_seconds=round(seconds(last), 3),
        score=round(max(link.scores), 4),
        doubt=_doubt(link, size),
        proposed=proposed,
        boxes=boxes,
        face_png=link.crop,
    )


def _doubt(link: Link, size: tuple[int, int]) -> str:
    doubts = []
    if max(link.scores) < WEAK:
        doubts.append(_("把握低（{score}），可能不是人脸").format(score=f"{max(link.scores):.2f}"))
    if _is_short(link):
        doubts.append(_("只出现 {count} 帧").format(count=len(link.frames)))
    if link.longest_gap > BROKEN:
        doubts.append(_("中间有 {count} 帧没有检测到").format(count=link.longest_gap))
    if link.shot[1] - 1 - link.frames[-1] > PAD and not _at_edge(link.rects[-1], size):
        doubts.append(_("镜头未结束就不再检测到，请看其后的画面"))
    if link.frames[0] - link.shot[0] > PAD and not _at_edge(link.rects[0], size):
        doubts.append(_("镜头中途才检测到，请看其前的画面"))
    return "；".join(doubts)


def _is_short(link: Link) -> bool:
    """Seen in few frames of a shot that has more."""
    return len(link.frames) < min(FEW, link.shot[1] - link.shot[0])


def _at_edge(rect: Rect, size: tuple[int, int]) -> bool:
    """A face that touches the border of the picture came or went through it."""
    margin = rect[2:] * 0.25
    return bool((rect[:2] < margin).any() or (rect[:2] + rect[2:] > np.array(size) - margin).any())
