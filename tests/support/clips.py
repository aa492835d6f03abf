"""Small clips made on the spot: a real face (the public-domain portrait of scikit-image) moves, text is burnt in."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Clip:
    """What to make. `text` stands at the bottom from `text_from` to `text_to` (shares of the clip); `lying` turns the

    faces to the left, degrees.
    """

    seconds: float = 1.5
    fps: int = 10
    size: tuple[int, int] = (480, 270)
    text: str = ""
    text_from: float = 0.0
    text_to: float = 1.0
    faces: int = 1
    lying: int = 0
    sound: str = "aac"
    codec: str = "libx264"
    pixels: str = "yuv420p"
    form: str = "mp4"
    change_at: float = 2.0
    stamps: Callable[[int], int] | None = None
    metadata: tuple[tuple[str, str], ...] = ()

    @property
    def frames(self) -> int:
        """How many frames."""
        return round(self.seconds * self.fps)


@lru_cache(maxsize=1)
def portrait() -> Image.Image:
    """A face with some margin around it."""
    spec = find_spec("skimage")
    assert spec and spec.origin
    return Image.open(Path(spec.origin).parent / "data" / "astronaut.png").convert("RGB").crop((130, 20, 330, 240))


@lru_cache(maxsize=4)
def font(size: int) -> ImageFont.FreeTypeFont:
    """A Chinese font out of an installed wheel."""
    spec = find_spec("pylopdf_fonts_zh_cn")
    assert spec and spec.origin
    return ImageFont.truetype(str(Path(spec.origin).with_name("NotoSansSC-Regular.otf")), size)


def drawn(clip: Clip, index: int) -> Image.Image:
    """One frame, upright."""
    width, height = clip.size
    second = index >= clip.change_at * clip.frames
    picture = Image.new("RGB", clip.size, (96, 40, 30) if second else (70, 90, 110))
    draw = ImageDraw.Draw(picture)
    for line in range(0, width, 24):
        draw.line((line, 0, line + height // 2, height), fill=(150, 60, 40) if second else (80, 100, 125))
    face = portrait().resize((height // 2, round(height * 0.55))).rotate(clip.lying, expand=True)
    for number in range(clip.faces):
        picture.paste(face, (20 + number * (width // 2) + index * 3, 10))
    if clip.text and clip.text_from <= index / clip.frames < clip.text_to:
        draw.text((16, height - 50), clip.text, font=font(24), fill="white", stroke_width=1, stroke_fill="black")
    return picture


def pictures(clip: Clip) -> Iterator[Pixels]:
    """All frames, shape (height, width, 3)."""
    return (np.asarray(drawn(clip, index)) for index in range(clip.frames))


def make(path: Path, clip: Clip) -> Path:
    """Write a clip."""
    with av.open(str(path), "w", format=clip.form) as target:
        target.metadata.update(dict(clip.metadata))
        video: Any = target.add_stream(clip.codec, rate=clip.fps)
        video.width, video.height = clip.size
        video.pix_fmt = clip.pixels
        if clip.stamps:
            video.codec_context.time_base = Fraction(1, 1000)
        sound: Any = target.add_stream(clip.sound, rate=48000, layout="mono") if clip.sound else None
        for index, pixels in enumerate(pictures(clip)):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format=clip.pixels)
            if clip.stamps:
                frame.pts, frame.time_base = clip.stamps(index), Fraction(1, 1000)
            target.mux(video.encode(frame))
        target.mux(video.encode(None))
        if sound:
            tone(target, sound, clip.seconds)
    return path


def tone(target: Any, stream: Any, seconds: float) -> None:
    """Write a sound of 440 Hz."""
    size = 1024
    for start in range(0, int(seconds * 48000), size):
        wave = np.sin(np.arange(start, start + size) * 2 * np.pi * 440 / 48000) * 0.3
        frame = av.AudioFrame.from_ndarray(wave[None].astype(np.float32), format="fltp", layout="mono")
        frame.rate, frame.pts = 48000, start
        converted = av.AudioResampler(format=stream.codec_context.format, layout="mono", rate=48000).resample(frame)
        for piece in converted:
            target.mux(stream.encode(piece))
    target.mux(stream.encode(None))


def turn(path: Path, height: int) -> None:
    """Set the display matrix of the first track of an mp4 to a quarter turn clockwise, as a telephone does.

    height: of the coded picture, pixels.
    """
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 40
    matrix = (0, 1 << 16, 0, -(1 << 16), 0, 0, height << 16, 0, 1 << 30)
    data[at : at + 36] = struct.pack(">9i", *matrix)
    path.write_bytes(data)


def read(path: Path) -> list[Pixels]:
    """All frames of a file, as coded, shape (height, width, 3)."""
    with av.open(str(path)) as container:
        return [np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in container.decode(video=0)]
