"""The demo's clip: a real face from a public-domain photograph, moved as a camera would, with a made-up patient's name.

The photograph is NASA's portrait of Eileen Collins that scikit-image ships (`skimage.data`, public domain). No patient
and no hospital is in the picture: name and number below were made up.
"""

from collections.abc import Iterator
from fractions import Fraction
from importlib.resources import files
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont
from pylopdf_fonts_zh_cn import sans_path

Picture = npt.NDArray[np.uint8]

WIDTH, HEIGHT, RATE, SECONDS = 1280, 720, 25, 9.0
SOUND_RATE = 44100
PATIENT, NUMBER = "赵启明", "ZY20260317"
BURNT_IN = f"患者：{PATIENT}  住院号：{NUMBER}"
#: When the burnt-in line and the second face are on screen, seconds.
LINE_SHOWN, FACE_SHOWN = (1.0, 6.5), (3.0, 7.5)


def scene(portrait: Picture) -> Picture:
    """The consulting room, larger than the frame so that the camera can move in it: 1000 x 1600 pixels."""
    rows = np.linspace(0.0, 1.0, 1000)[:, None, None]
    wall = np.array([214.0, 224.0, 228.0]) * (1 - rows) + np.array([150.0, 168.0, 176.0]) * rows
    setting = np.repeat(wall, 1600, axis=1).astype(np.uint8)
    setting[:, 1010:1018] = (120, 138, 146)
    setting[110:1000, 60:950] = cv2.resize(portrait, (890, 890), interpolation=cv2.INTER_CUBIC)
    return setting


def visitor(portrait: Picture) -> Picture:
    """The second person: the other way round, nearer and darker, so that it is another face to the detector."""
    near = cv2.resize(portrait[0:330, 90:390][:, ::-1], (420, 462), interpolation=cv2.INTER_CUBIC)
    tone = np.clip(near.astype(np.float32) * np.array([0.78, 0.72, 0.66], dtype=np.float32), 0, 255)
    return tone.astype(np.uint8)


def caption(width: int = 760) -> Picture:
    """The burnt-in line as a white band, 72 pixels high."""
    band = Image.new("RGB", (width, 72), (250, 250, 250))
    font = ImageFont.truetype(str(sans_path()), 38)
    ImageDraw.Draw(band).text((24, 10), BURNT_IN, fill=(20, 20, 20), font=font)
    return np.asarray(band, dtype=np.uint8)


def _within(second: float, shown: tuple[float, float]) -> bool:
    return shown[0] <= second < shown[1]


def frames(seconds: float = SECONDS) -> Iterator[Picture]:
    """Every frame, 720 x 1280 x 3, RGB."""
    path = Path(str(files("skimage").joinpath("data/astronaut.png")))
    portrait = np.asarray(Image.open(path).convert("RGB"), dtype=np.uint8)
    setting, other, band = scene(portrait), visitor(portrait), caption()
    for number in range(int(seconds * RATE)):
        second = number / RATE
        view = setting.copy()
        if _within(second, FACE_SHOWN):
            entered = min(1.0, (second - FACE_SHOWN[0]) / 0.8)
            left = int(1600 - 520 * entered)
            part = other[:, : max(0, 1600 - left)]
            view[300 : 300 + part.shape[0], left : left + part.shape[1]] = part
        zoom = 0.80 + 0.06 * np.sin(second / 2.0)
        x, y = 10 + 14 * second, 40 + 10 * np.sin(second * 1.3)
        camera = np.array([[zoom, 0.0, -x * zoom], [0.0, zoom, -y * zoom]])
        frame = cv2.warpAffine(view, camera, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        if _within(second, LINE_SHOWN):
            frame[630 : 630 + band.shape[0], 60 : 60 + band.shape[1]] = band
        yield frame.astype(np.uint8, copy=False)


def sound(seconds: float = SECONDS) -> npt.NDArray[np.float32]:
    """A voice-like hum in syllables, mono, as long as the picture."""
    at = np.arange(int(seconds * SOUND_RATE)) / SOUND_RATE
    pitch = 2 * np.pi * np.cumsum(150 + 25 * np.sin(2 * np.pi * 0.7 * at)) / SOUND_RATE
    hum = sum((np.sin(pitch * n) / n for n in (1, 2, 3, 5)), start=np.zeros_like(at))
    return (0.18 * hum * (0.55 + 0.45 * np.sin(2 * np.pi * 3.1 * at))).astype(np.float32)


def make(target: Path, seconds: float = SECONDS) -> Path:
    """Write the clip as mp4 (H.264, AAC), with the metadata a careless phone leaves; returns `target`."""
    with av.open(str(target), "w") as container:
        container.metadata.update({"title": f"{PATIENT} 复诊", "comment": NUMBER})
        video = container.add_stream("libx264", rate=RATE, options={"crf": "20", "preset": "veryfast"})
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        audio = container.add_stream("aac", rate=SOUND_RATE, layout="mono")
        for frame in frames(seconds):
            container.mux(video.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(video.encode(None))
        samples = sound(seconds)
        for start in range(0, len(samples), 1024):
            block = av.AudioFrame.from_ndarray(samples[None, start : start + 1024], format="fltp", layout="mono")
            block.sample_rate, block.pts, block.time_base = SOUND_RATE, start, Fraction(1, SOUND_RATE)
            container.mux(audio.encode(block))
        container.mux(audio.encode(None))
    return target
