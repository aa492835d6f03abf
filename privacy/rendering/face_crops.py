"""Crops along each face track, for the sheet on which a person decides doubts. Runs in the child only."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import cv2
import numpy as np

from privacy.decoding.container import opened
from privacy.decoding.frame import Frame
from privacy.decoding.image_frames import opened as opened_stills
from privacy.decoding.video_frames import pictures
from privacy.geometry import Image
from privacy.job import Job, Progress
from privacy.progress import Pace
from privacy.types import CROP_SIDE, CROPS_PER_TRACK, Box, Detection, FaceTrack, Strip, Strips

WIDER = 1.8  # of the longer side of a face: hair, ears and what is beside it help a person to judge


def crop_faces(job: Job, progress: Progress) -> Strips:
    """One row of crops for every track of `job.detection`."""
    assert job.detection
    wanted = _wanted(job.detection)
    crops: dict[tuple[int, int], bytes] = {}
    pace = Pace("strip", progress, job.detection.frames)
    with _frames(job) as frames:
        for frame in frames:
            for number, box in wanted.get(frame.index, ()):
                # A square around a face, grey where it reaches out of the picture; packed, since a film may have many.
                side = max(2, round(max(box.w, box.h) * WIDER))
                left, top = box.x + (box.w - side) // 2, box.y + (box.h - side) // 2
                right, bottom = min(left + side, frame.width), min(top + side, frame.height)
                inner = frame.part(max(left, 0), max(top, 0), right, bottom)
                square = np.full((side, side, 3), 128, np.uint8)
                above, before = max(-top, 0), max(-left, 0)
                square[above : above + inner.shape[0], before : before + inner.shape[1]] = inner
                small = cv2.resize(square, (CROP_SIDE, CROP_SIDE), interpolation=cv2.INTER_AREA)
                crops[number, frame.index] = _packed(small)  # type: ignore[arg-type]
            pace.tick(frame.index + 1)
    pace.end()
    return Strips([_strip(track, crops) for track in job.detection.tracks])


@contextmanager
def _frames(job: Job) -> Iterator[Iterable[Frame]]:
    assert job.detection
    if job.detection.probe.fps:
        with opened(job.source) as container:
            yield pictures(container)
    else:
        with opened_stills(job.source) as album:
            yield album.pictures


def chosen(track: FaceTrack) -> list[tuple[int, Box]]:
    """At most CROPS_PER_TRACK places of a track, evenly, the first and the last among them."""
    if len(track.boxes) <= CROPS_PER_TRACK:
        return track.boxes
    last = len(track.boxes) - 1
    return [track.boxes[round(step * last / (CROPS_PER_TRACK - 1))] for step in range(CROPS_PER_TRACK)]


def _wanted(detection: Detection) -> Mapping[int, Sequence[tuple[int, Box]]]:
    wanted: defaultdict[int, list[tuple[int, Box]]] = defaultdict(list)
    for track in detection.tracks:
        for frame, box in chosen(track):
            wanted[frame].append((track.number, box))
    return wanted


def _packed(rgb: Image) -> bytes:
    return cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 85])[1].tobytes()


def _strip(track: FaceTrack, crops: Mapping[tuple[int, int], bytes]) -> Strip:
    shown = [frame for frame, _box in chosen(track) if (track.number, frame) in crops]
    tiles = [cv2.imdecode(np.frombuffer(crops[track.number, frame], np.uint8), cv2.IMREAD_COLOR) for frame in shown]
    row = cv2.cvtColor(np.hstack([tile for tile in tiles if tile is not None]), cv2.COLOR_BGR2RGB)
    return Strip(track.number, shown, _packed(np.asarray(row, np.uint8)))
