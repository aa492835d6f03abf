"""The cover: the sharpest of some frames of a desensitised video, one that the child wrote and read back."""

import io
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from yiyuan.errors import Failed
from yiyuan.i18n import _

#: Where to look, as shares of the length: not the first frame (often black) nor the end.
PLACES = (0.1, 0.25, 0.4, 0.55, 0.7)
WIDTH = 1280


def cover(video: Path) -> bytes:
    """A JPEG of at most 1280 pixels' width. The video is one we encoded ourselves; Failed when no frame is found."""
    with av.open(str(video)) as container:
        stream = container.streams.video[0]
        seconds = float((container.duration or 0) / av.time_base)
        frames = [frame for place in PLACES if (frame := _frame(container, stream, place * seconds)) is not None]
    if not frames:
        raise Failed(_("无法从脱敏视频中取得封面"))
    image = Image.fromarray(max(frames, key=_sharpness))
    image.thumbnail((WIDTH, WIDTH))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88)
    return out.getvalue()


def _frame(
    container: av.container.InputContainer, stream: av.video.stream.VideoStream, second: float
) -> NDArray[np.uint8] | None:
    container.seek(int(second * av.time_base))
    for frame in container.decode(stream):
        if frame.time is None or frame.time >= second:
            return np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)
    return None


def _sharpness(frame: NDArray[np.uint8]) -> float:
    """Mean squared difference of neighbouring pixels: blurred and empty frames come out low."""
    grey = frame.mean(axis=2)
    return float((np.diff(grey, axis=0) ** 2).mean() + (np.diff(grey, axis=1) ** 2).mean())
