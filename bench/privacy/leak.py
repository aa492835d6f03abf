"""What stays visible: YIYUAN_BENCH_DATA=... python -m bench.privacy.leak

Both methods run on the labelled clips. A face leaks in a frame when less than 70 % of its hand-drawn box is covered.
Hard faces (under 16 pixels, turned away, mostly covered) are counted apart. deface has no tracks: its false tracks are
counted by linking its boxes as ours are linked.
"""

import argparse
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.privacy import material
from privacy import video
from privacy.detector import Faces
from privacy.frames import Picture
from privacy.linking import Link, Linker
from privacy.mask import cover_face
from privacy.results import Detection
from privacy.source import Source

Mask = NDArray[np.bool_]
ENOUGH = 0.7


@dataclass
class Tally:
    """Counts over clips."""

    faces: int = 0
    leaks: int = 0
    hard: int = 0
    hard_leaks: int = 0
    frames: int = 0
    leaky_frames: int = 0
    people: set[str] = field(default_factory=set)
    leaky_people: set[str] = field(default_factory=set)
    masked: list[float] = field(default_factory=list)
    false_tracks: int = 0
    minutes: float = 0.0

    def row(self, name: str) -> str:
        """One line of a table."""
        return (
            f"| {name} | {self.leaks} of {self.faces} | {self.hard_leaks} of {self.hard} "
            f"| {self.leaky_frames} of {self.frames} | {len(self.leaky_people)} of {len(self.people)} "
            f"| {np.mean(self.masked):.2%} | {self.false_tracks} in {self.minutes:.2f} min |"
        )


def our_masks(found: Detection) -> list[Mask]:
    """What pass 2 covers, per frame."""
    width, height = found.probe.width, found.probe.height
    masks = []
    for frame in range(found.frames):
        picture = Picture(frame, None, np.tile(np.arange(width, dtype=np.uint8) * 37, (height * 3 // 2, 1)))
        before = picture.luma.copy()
        for track in found.tracks:
            for at, box in track.boxes:
                if at == frame:
                    cover_face(picture, box, "solid")
        masks.append(before != picture.luma)
    return masks


def deface_masks(name: str) -> tuple[list[Mask], list[Link]]:
    """What deface covers with its default settings, per frame, and its boxes linked."""
    from deface.centerface import CenterFace
    from deface.deface import anonymize_frame

    detector, masks, linker = CenterFace(backend="onnxrt"), [], Linker(gap=12)
    for at, picture in enumerate(material.frames(name)):
        boxes, _marks = detector(picture, threshold=0.2)
        canvas = np.tile(np.arange(picture.shape[1], dtype=np.uint8)[None, :, None] * 37, (picture.shape[0], 1, 3))
        covered = canvas.copy()
        anonymize_frame(
            boxes,
            covered,
            mask_scale=1.3,
            replacewith="blur",
            ellipse=True,
            draw_scores=False,
            replaceimg=None,
            mosaicsize=20,
        )
        masks.append((covered != canvas).any(axis=2))
        corners = np.array([[x, y, right - x, bottom - y] for x, y, right, bottom, _s in boxes], np.float32).reshape(
            -1, 4
        )
        linker.feed(at, Faces(corners, np.array([box[4] for box in boxes], np.float32)))
    return masks, linker.links


def judge(tally: Tally, name: str, masks: list[Mask], tracks: list[dict[int, tuple[float, ...]]]) -> None:
    """Compare with the labels of one clip."""
    labelled = material.labels(name)
    for frame, faces in labelled.items():
        tally.frames += 1
        leaky = False
        for face in faces:
            x, y, w, h = face.box
            leak = float(masks[frame][y : y + h, x : x + w].mean()) < ENOUGH
            if face.hard:
                tally.hard, tally.hard_leaks = tally.hard + 1, tally.hard_leaks + leak
                continue
            tally.faces, tally.leaks, leaky = tally.faces + 1, tally.leaks + leak, leaky or leak
            tally.people.add(f"{name}/{face.person}")
            if leak:
                tally.leaky_people.add(f"{name}/{face.person}")
        tally.leaky_frames += leaky
    tally.masked += [float(mask.mean()) for mask in masks]
    tally.false_tracks += sum(_is_false(track, labelled) for track in tracks)
    tally.minutes += len(masks) / 25 / 60


def _is_false(track: dict[int, tuple[float, ...]], labelled: dict[int, list[material.Labelled]]) -> bool:
    """A track that touches no labelled face in any labelled frame, and has one to be judged by."""
    shared = [frame for frame in track if frame in labelled]
    return bool(shared) and not any(_touches(track[frame], face.box) for frame in shared for face in labelled[frame])


def _touches(one: tuple[float, ...], other: tuple[int, ...]) -> bool:
    wide = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    high = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return wide > 0 and high > 0


def measure(profiles: list[str]) -> None:
    """Print the table."""
    print(
        "| method | faces leaking | hard ones | frames with a leak | people with a leak | masked area | false tracks |"
    )
    print("|---|---|---|---|---|---|---|")
    theirs = Tally()
    for name in material.FILES:
        masks, links = deface_masks(name)
        judge(theirs, name, masks, [dict(zip(x.frames, map(tuple, x.rects), strict=True)) for x in links])
    print(theirs.row("deface"))
    with tempfile.TemporaryDirectory() as folder:
        clips = {name: material.once(Path(folder) / f"{name}.mp4", name) for name in material.FILES}
        for profile in profiles:
            ours = Tally()
            for name, clip in clips.items():
                found = video.detect(Source.of_path(clip), profile=profile)  # type: ignore[arg-type]
                boxes = [{at: (b.x, b.y, b.w, b.h) for at, b in track.boxes} for track in found.tracks]
                judge(ours, name, our_masks(found), boxes)
            print(ours.row(profile))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--profile", action="append", default=None)
    measure(parser.parse_args().profile or ["strict", "fast"])
