"""Frames of a video from one on, without decoding all before it. Runs in the child only."""

from collections.abc import Iterator

import av

from privacy.decoding.container import opened, video_stream
from privacy.decoding.video_frames import Picture, pictures
from privacy.source import Source

#: Seconds before the wanted frame to seek to, one after the other: a container may find a key frame that is shown later
#: than asked, because its index counts decoding times. None: from the beginning.
BACK = (0.0, 3.0, 15.0, None)


class Counter:
    """Counts decoded frames."""

    def __init__(self) -> None:
        self.frames = 0


class Unseekable(Exception):
    """The frame was not found, however far back the reading began."""


def pictures_from(source: Source, pts: int, decoded: Counter) -> Iterator[Picture]:
    """The frame with this time stamp (in the stream's time base) and all after it. Unseekable, or what `pictures` says.

    Whether a decoder that began in mid-stream shows what it should is for the caller to check.
    """
    for back in BACK:
        following = _from(source, pts, back, decoded)
        first = next(following, None)
        if first is not None:
            yield first
            yield from following
            return
    raise Unseekable


def _from(source: Source, pts: int, back: float | None, decoded: Counter) -> Iterator[Picture]:
    with opened(source) as container:
        stream = video_stream(container)
        if back is not None and stream.time_base:
            try:
                container.seek(pts - round(back / stream.time_base), stream=stream)
            except av.error.FFmpegError:
                return
        begun = False
        for picture in pictures(container):
            decoded.frames += 1
            if picture.pts is None or (not begun and picture.pts > pts):
                return
            begun = begun or picture.pts == pts
            if begun:
                yield picture
