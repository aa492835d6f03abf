"""Pass 1 of a video: every frame once. Runs in the child only."""

import pickle
import time
import zlib
from array import array
from dataclasses import replace
from fractions import Fraction

from privacy.decoding.container import opened, video_stream
from privacy.decoding.probe import probe
from privacy.decoding.video_frames import Picture, pictures
from privacy.detection.analyser import Eyes
from privacy.detection.subtitle_speech import speech
from privacy.job import Job, Signal
from privacy.progress import Pace
from privacy.types import Detection, Probe
from yiyuan.errors import BadInput
from yiyuan.i18n import _


class Timing:
    """When each frame is shown: the time stamps of pass 1, 8 bytes a frame.

    Stamps that are missing or run backwards are replaced by a steady rate.
    """

    def __init__(self, fps: float) -> None:
        self._fps = fps
        self._base: Fraction | None = None
        self._stamps = array("q")
        self.broken = False

    def base(self, base: Fraction | None) -> None:
        """The time base of the stamps; None makes them useless."""
        self._base = base
        self.broken = self.broken or base is None

    @property
    def frames(self) -> int:
        """Frames so far."""
        return len(self._stamps)

    def add(self, pts: int | None) -> None:
        """The next frame's stamp, in the stream's time base."""
        if pts is None or (self._stamps and pts <= self._stamps[-1]):
            self.broken = True
        self._stamps.append(pts if pts is not None else 0)

    def seconds(self, frame: int) -> float:
        """When a frame is shown, seconds after the first one."""
        if self.broken or self._base is None:
            return frame / self._fps
        return float((self._stamps[frame] - self._stamps[0]) * self._base)


def detect(job: Job, signal: Signal) -> Detection:
    """Probe, then find; go on from `job.resume`. BadInput as `probe.probe`, and when a frame cannot be decoded."""
    return _Pass(job, probe(job, signal), signal).run()


class _Pass:
    def __init__(self, job: Job, about: Probe, signal: Signal) -> None:
        self._job, self._about, self._signal = job, about, signal
        self._eyes: Eyes[Picture] = Eyes(
            job.model, job.profile, about.fps, about.width * about.height, scene_detector=job.scene_detector
        )
        self._timing = Timing(about.fps)
        self._size = (about.width, about.height)
        self._saved = time.monotonic()
        self._begin = 0
        if job.resume:
            # Written by this same code; the parent that kept it could not read it.
            eyes, self._timing, self._size = pickle.loads(zlib.decompress(job.resume))  # noqa: S301
            self._eyes.go_on(eyes)
            self._begin = self._timing.frames

    def run(self) -> Detection:
        pace = Pace("detect", self._signal, self._about.frames or round(self._about.seconds * self._about.fps))
        with opened(self._job.source) as container, self._eyes.watch.of("detect"):
            self._timing.base(video_stream(container).time_base)
            for picture in self._eyes.watch.each("decode", pictures(container)):
                if picture.index >= self._begin:
                    self._timing.add(picture.pts)
                    self._size = (picture.width, picture.height)
                    self._eyes.see(picture)
                    pace.tick(picture.index + 1)
                    if time.monotonic() - self._saved >= self._job.save_seconds:
                        state = pickle.dumps((self._eyes.state(), self._timing, self._size))
                        self._signal.save(zlib.compress(state, 1))
                        self._saved = time.monotonic()
            self._eyes.close()
        if not self._timing.frames:
            raise BadInput(_("视频里没有可解码的画面：请从原设备重新导出并上传"), field="video")
        pace.end()
        about = replace(self._about, width=self._size[0], height=self._size[1])
        return _detection(self._job, about, self._eyes, self._timing)


def _detection(job: Job, about: Probe, eyes: Eyes[Picture], timing: Timing) -> Detection:
    size = (about.width, about.height)
    heard, spoken = speech(job, has_sound=about.has_audio, has_subtitles=about.has_subtitles)
    return Detection(
        probe=about,
        frames=timing.frames,
        tracks=eyes.tracks(size, timing.seconds),
        screen_hits=eyes.texts(size, timing.seconds, job.allow),
        shots=eyes.cuts,
        retimed=timing.broken,
        profile=job.profile,
        stage_seconds=eyes.watch.rounded(),
        scenes=eyes.scenes(timing.seconds),
        spoken=spoken,
        speech=heard,
        scene_watch=eyes.scene_watch,
    )
