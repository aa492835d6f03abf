"""The interface for videos: probe, detect (pass 1), render (pass 2). Each runs in a child process with limits."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter

from privacy import resource_limits
from privacy.isolation import runner
from privacy.isolation.atomic_output import written
from privacy.isolation.checkpoint import Saved
from privacy.job import Job, Profile, Progress, RenderDecisions, Task
from privacy.models import files as model_files
from privacy.pii import tokeniser
from privacy.segments import PreviousRender
from privacy.source import Source
from privacy.types import Detection, Probe, VideoReport
from yiyuan.errors import BadInput
from yiyuan.i18n import _
from yiyuan.settings import settings

_PROBE = TypeAdapter(Probe)
_DETECTION = TypeAdapter(Detection)
_REPORT = TypeAdapter(VideoReport)


def quiet(stage: str, share: float, eta: float | None) -> None:
    """A progress hook that says nothing."""


def probe(source: Source) -> Probe:
    """What the video is, after reading all of it.

    BadInput with a Chinese message: empty, not a video, playlist, no picture, truncated, too long, too large.
    """
    return _PROBE.validate_json(runner.run(Job(Task.PROBE, source, resource_limits.reading(600)), quiet))


def detect(
    source: Source,
    *,
    progress: Progress = quiet,
    profile: Profile = "strict",
    allow: Collection[str] = (),
    subtitles: str = "",
) -> Detection:
    """Pass 1: face tracks and identifiers on screen, of every frame. BadInput as `probe`; Failed on time or memory.

    allow: texts that may stay on screen (names of staff, the hospital's telephone). subtitles: text of a subtitle file
    that belongs to the video; those inside the video are read when there is none. Once a minute the state is kept,
    sealed, in the data folder: called again after a kill, this goes on from there.
    """
    tokeniser.prepare()
    job = Job(
        Task.DETECT_VIDEO,
        source,
        resource_limits.reading(4 * 3600),
        profile=profile,
        model=str(model_files.folded()),
        allow=tuple(allow),
        subtitles=subtitles,
        scene_detector=settings().scene_detector,
    )
    saved = Saved(job)
    result = runner.run(replace(job, resume=saved.read()), progress, saved.write)
    saved.forget()
    return _DETECTION.validate_json(result)


def render(
    source: Source,
    detection: Detection,
    decided: RenderDecisions,
    target: Path,
    *,
    former: PreviousRender | None = None,
    progress: Progress = quiet,
) -> VideoReport:
    """Pass 2: write `target` (H.264/AAC mp4), all that was found masked but as decided, and compare it with the source.

    Voices are changed (`privacy.rendering.audio.voice_anonymiser`) differently in each rendering. former: the film as
    it was rendered last from this source and detection (it is only read): what is covered as before is taken over,
    packet by packet; where that cannot be done safely, the whole film is encoded (`VideoReport.work` says what was).

    Failed on a mismatch of frames, length or sound, and on a full disk; then `target` is as it was before and no
    partial file is left.
    """
    with written(target) as partial:
        limit = resource_limits.writing(4 * 3600)
        job = Job(
            Task.RENDER_VIDEO,
            source,
            limit,
            detection=detection,
            decided=replace(decided, voices=_within(decided.voices, detection)),
            partial=str(partial),
            former=former,
        )
        return _REPORT.validate_json(runner.run(job, progress))


def _within(spans: Collection[tuple[float, float]], detection: Detection) -> tuple[tuple[float, float], ...]:
    """Spans of time cut to the film, in order; none for a film without sound."""
    if not detection.probe.has_audio:
        return ()
    end = detection.probe.seconds
    cut = sorted({(max(0.0, first), min(last, end)) for first, last in spans})
    if not all(first < last for first, last in cut):
        message = _("变声的起止时间不对：请填 0 到 {end} 秒之间的起止时间，起点早于终点")
        raise BadInput(message.format(end=round(end, 2)), field="voice")
    return tuple(cut)
