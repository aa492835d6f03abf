"""Pass 2: every frame again, covered, encoded, with its sound, and compared with the source. In the child only."""

import os
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer, OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from privacy.container import opened, video_stream
from privacy.frames import Picture, pictures
from privacy.jobs import Job, Progress
from privacy.mask import cover_face, cover_text
from privacy.pace import Pace, Stopwatch
from privacy.plan import Plan
from privacy.results import Detection, VideoReport
from privacy.sound import Sound
from privacy.verify import Written, verify

#: superfast leaves out the distribution of bits over time, which costs little and saves a fifth of the size.
OPTIONS = {"preset": "superfast", "crf": "21", "rc-lookahead": "20", "mbtree": "1"}
STEADY = Fraction(1, 90000)  # time base when the source's stamps are of no use


def render(job: Job, progress: Progress) -> VideoReport:
    """Write `job.partial`, verify it, sync it to disk. Failed on a mismatch; OSError as the disk gave it."""
    assert job.detection
    watch, partial = Stopwatch(), Path(job.partial)
    with watch.of("render"), opened(job.source) as source:
        written = _Writer(job, source, partial, progress).run()
    with watch.of("verify"):
        verified = verify(job.detection, partial, written)
    _sync(partial)
    return VideoReport(
        probe=job.detection.probe,
        tracks=job.detection.tracks,
        screen_hits=job.detection.screen_hits,
        verified=verified,
        stage_seconds={**job.detection.stage_seconds, **watch.rounded()},
        kept=sorted(job.keep),
        scenes=job.detection.scenes,
        spoken=job.detection.spoken,
        speech=job.detection.speech,
    )


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


class _Writer:
    def __init__(self, job: Job, source: InputContainer, partial: Path, progress: Progress) -> None:
        assert job.detection
        self._detection: Detection = job.detection
        self._job, self._source, self._partial = job, source, partial
        self._plan = Plan(job)
        self._pace = Pace("render", progress, job.detection.frames)
        self._stream = video_stream(source)
        self._base = STEADY if job.detection.retimed else self._stream.time_base or STEADY
        self._zero: int | None = None
        self._last = 0
        self._count = 0

    def run(self) -> Written:
        with av.open(str(self._partial), "w", format="mp4", options={"movflags": "+faststart"}) as target:
            video = self._video(target)
            bleeps = [(hit.first_seconds, hit.last_seconds) for hit in self._detection.spoken]
            sound = Sound(self._source, target, bleeps, retimed=self._detection.retimed)
            target.start_encoding()
            for picture in pictures(self._source, sound):
                stamp = self._stamp(picture)
                self._cover(picture, float(stamp * self._base))
                target.mux(video.encode(self._frame(picture, stamp)))
                self._pace.tick(picture.index + 1)
            target.mux(video.encode(None))
            self._pace.end()
            sound.end()
        return Written(self._count, float(self._last * self._base), sound.told())

    def _video(self, target: OutputContainer) -> VideoStream:
        rate = Fraction(self._detection.probe.fps).limit_denominator(1001)
        stream = target.add_stream("libx264", rate=rate, options=OPTIONS)
        about = self._detection.probe
        stream.width, stream.height, stream.pix_fmt = about.width, about.height, "yuv420p"
        codec, origin = stream.codec_context, self._stream.codec_context
        codec.time_base, codec.gop_size = self._base, max(1, round(float(rate) * 2))
        if origin is not None:
            codec.color_range, codec.colorspace = origin.color_range, origin.colorspace
            codec.color_primaries, codec.color_trc = origin.color_primaries, origin.color_trc
        return stream

    def _cover(self, picture: Picture, seconds: float) -> None:
        for box in self._plan.faces(picture.index):
            cover_face(picture, box, self._job.mask)
        for box in self._plan.texts(picture.index, seconds):
            cover_text(picture, box)

    def _stamp(self, picture: Picture) -> int:
        """When a picture is shown, in units of `_base`, the first one at 0."""
        if self._detection.retimed or picture.pts is None:
            return round(picture.index / self._detection.probe.fps / self._base)
        self._zero = picture.pts if self._zero is None else self._zero
        return picture.pts - self._zero

    def _frame(self, picture: Picture, stamp: int) -> VideoFrame:
        frame = VideoFrame.from_ndarray(picture.yuv, format="yuv420p")
        frame.pts, frame.time_base = stamp, self._base
        self._last, self._count = stamp, self._count + 1
        return frame
