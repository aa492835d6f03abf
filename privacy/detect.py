"""Pass 1 of a video: every frame once. Runs in the child only."""

from dataclasses import replace

from privacy.container import opened, video_stream
from privacy.eyes import Eyes
from privacy.frames import Picture, pictures
from privacy.jobs import Job, Progress
from privacy.pace import Pace
from privacy.probe import probe
from privacy.results import Detection, Probe
from privacy.speech import speech
from privacy.timing import Timing
from yiyuan.errors import BadInput
from yiyuan.texts import _


def detect(job: Job, progress: Progress) -> Detection:
    """Probe, then find. BadInput as `probe.probe`, and when a frame cannot be decoded."""
    about = probe(job, progress)
    eyes: Eyes[Picture] = Eyes(job.model, job.profile, about.fps, about.width * about.height)
    pace = Pace("detect", progress, about.frames or round(about.seconds * about.fps))
    with opened(job.source) as container, eyes.watch.of("detect"):
        timing = Timing(about.fps, video_stream(container).time_base)
        size = (about.width, about.height)
        for picture in eyes.watch.each("decode", pictures(container)):
            timing.add(picture.pts)
            size = (picture.width, picture.height)
            eyes.see(picture)
            pace.tick(timing.frames)
        eyes.close()
    if not timing.frames:
        raise BadInput(_("视频里没有可解码的画面：请从原设备重新导出并上传"), field="video")
    pace.end()
    return _detection(job, replace(about, width=size[0], height=size[1]), eyes, timing)


def _detection(job: Job, about: Probe, eyes: Eyes[Picture], timing: Timing) -> Detection:
    size = (about.width, about.height)
    heard, said = speech(job, has_sound=about.has_audio, has_subtitles=about.has_subtitles)
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
        spoken=said,
        speech=heard,
    )
