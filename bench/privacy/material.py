"""The clips of the face benchmarks: labelled ones, and longer ones made of them, from YIYUAN_BENCH_DATA."""

import json
import os
from dataclasses import dataclass
from fractions import Fraction
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
LABELS = Path(__file__).with_name("labels")
FILES = {
    "face720": "face720.mp4",
    "pose": "intel_head-pose-face-detection-female-and-male.gif",
    "classroom": "intel_classroom.gif",
}


@dataclass(frozen=True)
class Labelled:
    """A face somebody drew a box around: x, y, w, h in pixels."""

    person: str
    box: tuple[int, int, int, int]
    hard: bool


def data() -> Path:
    """The folder with the clips."""
    return Path(os.environ["YIYUAN_BENCH_DATA"]) / "privacy" / "video"


def labels(name: str) -> dict[int, list[Labelled]]:
    """Labelled faces per frame."""
    frames: dict[str, list[dict[str, Any]]] = json.loads((LABELS / f"{name}.json").read_text())["frames"]
    return {
        int(frame): [Labelled(face["person"], tuple(face["box"]), bool(face["hard"])) for face in faces]
        for frame, faces in frames.items()
    }


def frames(name: str) -> list[Pixels]:
    """All pictures of a clip, shape (height, width, 3)."""
    with av.open(str(data() / FILES[name])) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def write(path: Path, pictures: list[Pixels], seconds: float, size: tuple[int, int], fps: int = 25) -> Path:
    """A clip of so many seconds: the pictures forwards and backwards again and again, with a tone."""
    with av.open(str(path), "w") as target:
        stream: Any = target.add_stream("libx264", rate=fps, options={"crf": "18", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        sound: Any = target.add_stream("aac", rate=48000, layout="mono")
        for picture in islice(cycle(pictures + pictures[-2:0:-1]), round(seconds * fps)):
            scaled = picture if picture.shape[1::-1] == size else cv2.resize(picture, size)
            target.mux(stream.encode(av.VideoFrame.from_ndarray(scaled, format="rgb24")))
        target.mux(stream.encode(None))
        for start in range(0, int(seconds * 48000), 1024):
            wave = np.sin(np.arange(start, start + 1024) * 2 * np.pi * 440 / 48000)[None].astype(np.float32)
            piece = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
            piece.rate, piece.pts, piece.time_base = 48000, start, Fraction(1, 48000)
            target.mux(sound.encode(piece))
        target.mux(sound.encode(None))
    return path


def once(path: Path, name: str) -> Path:
    """A labelled clip as mp4, each frame once, nearly lossless."""
    pictures = frames(name)
    with av.open(str(path), "w") as target:
        stream: Any = target.add_stream("libx264", rate=12, options={"crf": "12", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = pictures[0].shape[1], pictures[0].shape[0], "yuv420p"
        for picture in pictures:
            target.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        target.mux(stream.encode(None))
    return path
