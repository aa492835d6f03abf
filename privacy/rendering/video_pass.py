"""Pass 2: every frame again, covered, encoded, with its sound, and compared with the source. In the child only."""

import os
from dataclasses import replace
from pathlib import Path

import av
from av.container import InputContainer

from privacy.decoding.container import opened, video_stream
from privacy.decoding.video_frames import Picture, pictures
from privacy.job import Job, Progress
from privacy.progress import Pace, Stopwatch
from privacy.rendering import encoder
from privacy.rendering.audio.audio import Sound, changes
from privacy.rendering.encoder import STEADY
from privacy.rendering.groups import Covered, layout
from privacy.rendering.incremental import taken_over
from privacy.rendering.mask import Plan
from privacy.rendering.segment_encoder import Misfit
from privacy.rendering.verify import Written, verify
from privacy.segments import Rendering, RenderStats, SoundFrom
from privacy.types import Detection, VideoReport


def render(job: Job, progress: Progress) -> VideoReport:
    """Write `job.partial`, verify it, sync it to disk. Failed on a mismatch; OSError as the disk gave it.

    With a former film only what changed is encoded; whatever does not fit leads to encoding the whole film.
    """
    assert job.detection
    watch, why = Stopwatch(), ""
    if job.former:
        try:
            report = taken_over(job, progress, watch)
        except Misfit as misfit:
            why = misfit.why
        else:
            _sync(Path(job.partial))
            return report
    report = _whole(job, progress, watch, why)
    _sync(Path(job.partial))
    return report


def _whole(job: Job, progress: Progress, watch: Stopwatch, why: str) -> VideoReport:
    assert job.detection
    partial = Path(job.partial)
    with watch.of("render"), opened(job.source) as source:
        writer = _Writer(job, source, partial, progress)
        written = writer.run()
    with watch.of("verify"):
        verified = verify(job.detection, partial, written)
        rendering = writer.rendering(written, verified.sha256)
    groups = list(range(len(writer.covered.groups)))
    sound: SoundFrom = "none" if written.sound.how == "none" else "source"
    work = RenderStats(len(groups), groups, written.frames, written.frames, sound, why=why)
    return replace(job.report(verified, watch.rounded()), rendering=rendering, work=work)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


class _Writer:
    def __init__(self, job: Job, source: InputContainer, partial: Path, progress: Progress) -> None:
        assert job.detection
        self._detection: Detection = job.detection
        self._job, self._source, self._partial = job, source, partial
        self._length = encoder.length(job.detection)
        self.covered = Covered(Plan(job), job.decided.mask, self._length)
        self._pace = Pace("render", progress, job.detection.frames)
        self._stream = video_stream(source)
        self._base = STEADY if job.detection.retimed else self._stream.time_base or STEADY
        self._zero: int | None = None
        self._last = 0
        self._count = 0

    def run(self) -> Written:
        with av.open(str(self._partial), "w", format="mp4", options={"movflags": "+faststart"}) as target:
            rate = encoder.rate(self._detection)
            video = target.add_stream("libx264", rate=rate, options=dict(encoder.OPTIONS))
            encoder.configure(video.codec_context, self._detection, self._stream, self._base)
            sound = Sound(self._source, target, self._job)
            target.start_encoding()
            for picture in pictures(self._source, sound):
                stamp = self._stamp(picture)
                self.covered.cover(picture, picture.index, float(stamp * self._base))
                self._last, self._count = stamp, self._count + 1
                begins = picture.index % self._length == 0
                target.mux(video.encode(encoder.frame_of(picture, stamp, self._base, begins=begins)))
                self._pace.tick(picture.index + 1)
            target.mux(video.encode(None))
            self.covered.close()
            self._pace.end()
            sound.end()
        return Written(self._count, float(self._last * self._base), sound.audio_source())

    def _stamp(self, picture: Picture) -> int:
        """When a picture is shown, in units of `_base`, the first one at 0."""
        if self._detection.retimed or picture.pts is None:
            return round(picture.index / self._detection.probe.fps / self._base)
        self._zero = picture.pts if self._zero is None else self._zero
        return picture.pts - self._zero

    def rendering(self, written: Written, sha256: str) -> Rendering | None:
        """What the next rendering may take over; nothing when the source has no time stamps to find frames by."""
        groups = self.covered.groups
        starts = [group.first for group in groups]
        if self._zero is None or self._detection.retimed:
            return None
        read = layout(self._partial, starts)
        if not read.is_closed(starts):
            return None
        return Rendering(
            source=self._job.source.identity,
            encoder=encoder.build(),
            zero=self._zero,
            seconds=written.seconds,
            groups=[group.with_packets(packets) for group, packets in zip(groups, read.digests, strict=True)],
            sound=changes(self._job),
            audio_source=written.sound,
            heard=read.heard,
            sha256=sha256,
        )
