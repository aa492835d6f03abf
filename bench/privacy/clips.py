"""The clips of the face benchmarks: labelled ones, harder variants and longer ones, from YIYUAN_BENCH_DATA."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from bench.privacy.hard_cases import VARIANTS, Box, Pixels, changed

LABELS = Path(__file__).with_name("labels")
FILES = {
    "face720": "face720.mp4",
    "pose": "intel_head-pose-face-detection-female-and-male.gif",
    "classroom": "intel_classroom.gif",
    "street": "facenet_video.mp4",
    "carphone": "carphone_pristine.mp4",
    "bikes": "bikes.mp4",
}
FPS = {"pose": 12, "classroom": 12, "carphone": 30}  # the others have 25


@dataclass(frozen=True)
class Labelled:
    """A face somebody drew a box around: x, y, w, h in pixels."""

    person: str
    box: Box
    hard: bool


def data() -> Path:
    """The folder with the clips."""
    return Path(os.environ["YIYUAN_BENCH_DATA"]) / "privacy" / "video"


def labels(name: str, variant: str = "plain") -> dict[int, list[Labelled]]:
    """Labelled faces per frame, where the variant has moved them."""
    labels: dict[str, Any] = json.loads((LABELS / f"{name}.json").read_text())
    frames: dict[str, list[dict[str, Any]]] = labels["frames"]
    move, size = VARIANTS[variant][1], labels["size"]
    return {
        int(frame): [
            Labelled(face["person"], move(tuple(face["box"]), int(frame), *size), face["hard"]) for face in faces
        ]
        for frame, faces in frames.items()
    }


def fps(name: str) -> int:
    """Frames a second."""
    return FPS.get(name, 25)


def frames(name: str) -> list[Pixels]:
    """All pictures of a clip, shape (height, width, 3)."""
    return list(decoded(data() / FILES[name]))


def decoded(path: Path) -> Iterator[Pixels]:
    """The pictures of a file one by one, shape (height, width, 3)."""
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)


def write(path: Path, pictures: list[Pixels], seconds: float, size: tuple[int, int], fps: int = 25) -> Path:
    """A clip of so many seconds: the pictures forwards and backwards again and again, with a tone."""
    with av.open(str(path), "w") as target:
        stream: Any = target.add_stream("libx264", rate=fps, options={"crf": "18", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        sound: Any = target.add_stream("aac", rate=48000, layout="mono")
        for picture in islice(cycle(pictures + pictures[-2:0:-1]), round(seconds * fps)):
            scaled = picture if picture.shape[1::-1] == size else np.asarray(cv2.resize(picture, size), dtype=np.uint8)
            target.mux(stream.encode(av.VideoFrame.from_ndarray(scaled, format="rgb24")))
        target.mux(stream.encode(None))
        for start in range(0, int(seconds * 48000), 1024):
            wave = np.sin(np.arange(start, start + 1024) * 2 * np.pi * 440 / 48000)[None].astype(np.float32)
            piece = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
            piece.rate, piece.pts, piece.time_base = 48000, start, Fraction(1, 48000)
            target.mux(sound.encode(piece))
        target.mux(sound.encode(None))
    return path


def once(path: Path, name: str, variant: str = "plain") -> Path:
    """A labelled clip as mp4, each frame once."""
    with av.open(str(path), "w") as target:
        stream: Any = None
        for picture in changed(frames(name), variant):
            if stream is None:
                options = {"crf": str(VARIANTS[variant][2]), "preset": "veryfast"}
                stream = target.add_stream("libx264", rate=fps(name), options=options)
                stream.width, stream.height, stream.pix_fmt = picture.shape[1], picture.shape[0], "yuv420p"
            target.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        target.mux(stream.encode(None))
    return path
