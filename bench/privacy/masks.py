"""What each method covers, frame by frame, in its own shape and size and in the other's."""

import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.privacy import clips
from privacy.api import video
from privacy.decoding.video_frames import Picture
from privacy.detection.faces.detector import Faces
from privacy.detection.faces.track_linking import Linker
from privacy.job import Profile
from privacy.rendering.mask import cover_face
from privacy.source import Source
from privacy.types import Box

Mask = NDArray[np.bool_]
#: Per frame: left, top, width, height.
Places = dict[int, list[tuple[float, ...]]]
#: Of one face through time: its box per frame.
Track = dict[int, tuple[float, ...]]


@dataclass(frozen=True)
class Found:
    """What a method wants covered: size (width, height), boxes per frame, and the same as tracks."""

    size: tuple[int, int]
    frames: int
    places: Places
    tracks: list[Track]


class Peer:
    """deface 1.5.0, default settings, onnxruntime backend. It has no tracks: its boxes are linked as ours."""

    def __init__(self) -> None:
        from deface.centerface import CenterFace

        with redirect_stdout(sys.stderr):  # it tells its provider, and the tables go to standard output
            self._detector = CenterFace(backend="onnxrt")

    def find(self, clip: Path) -> Found:
        """Every frame by itself."""
        places: Places = {}
        linker, size = Linker(gap=12), (0, 0)
        for at, picture in enumerate(clips.decoded(clip)):
            size = picture.shape[1], picture.shape[0]
            boxes, _marks = self._detector(picture, threshold=0.2)
            places[at] = [(x, y, right - x, bottom - y) for x, y, right, bottom, _score in boxes.tolist()]
            rects = np.array(places[at], np.float32).reshape(-1, 4)
            linker.feed(at, Faces(rects, np.array(boxes[:, 4], np.float32)))
        tracks = [dict(zip(link.frames, map(tuple, link.rects), strict=True)) for link in linker.links]
        return Found(size, len(places), places, tracks)


def ours(clip: Path, profile: Profile) -> Found:
    """Pass 1 through the public interface."""
    found = video.detect(Source.of_path(clip), profile=profile)
    places: Places = defaultdict(list)
    tracks: list[Track] = [{at: (b.x, b.y, b.w, b.h) for at, b in track.boxes} for track in found.tracks]
    for track in tracks:
        for at, box in track.items():
            places[at].append(box)
    return Found((found.probe.width, found.probe.height), found.frames, places, tracks)


def _board(width: int, height: int) -> NDArray[np.uint8]:
    """Black and white pixels by turns: whatever averages or blurs one leaves neither 0 nor 255."""
    return np.asarray((np.indices((height, width)).sum(axis=0) % 2) * 255, dtype=np.uint8)


def _changed(board: NDArray[np.uint8]) -> Mask:
    return np.asarray((board != 0) & (board != 255))


def in_our_shape(found: Found) -> Iterator[Mask]:
    """Covered by pass 2's own code: an ellipse of `MARGIN` times the box."""
    width, height = found.size
    board = _board(width, height * 3 // 2)
    for at in range(found.frames):
        picture = Picture(at, None, board.copy())
        for x, y, w, h in found.places.get(at, []):
            cover_face(picture, Box(round(x), round(y), round(w), round(h)), "solid")
        yield _changed(picture.luma)


def in_their_shape(found: Found) -> Iterator[Mask]:
    """Covered by deface's own code: an ellipse of mask scale 1.3, which adds 0.3 on each side, so 1.6 times the box."""
    from deface.deface import anonymize_frame

    board = np.dstack([_board(*found.size)] * 3)
    look = {"replacewith": "blur", "ellipse": True, "draw_scores": False, "replaceimg": None, "mosaicsize": 20}
    for at in range(found.frames):
        covered = board.copy()
        boxes = [np.array([x, y, x + w, y + h, 1.0]) for x, y, w, h in found.places.get(at, [])]
        anonymize_frame(boxes, covered, mask_scale=1.3, **look)
        yield _changed(covered[:, :, 0])


SHAPES = {"ours": in_our_shape, "deface": in_their_shape}
