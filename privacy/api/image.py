"""The interface for pictures (jpg, png, gif, webp) and PDF: detect (pass 1) and render (pass 2), as for videos."""

from collections.abc import Collection
from pathlib import Path

from pydantic import TypeAdapter

from privacy import resource_limits
from privacy.api.video import quiet
from privacy.isolation import runner
from privacy.isolation.atomic_output import written
from privacy.job import Job, Profile, Progress, RenderDecisions, Task
from privacy.models import files as model_files
from privacy.pii import tokeniser
from privacy.source import Source
from privacy.types import Detection, VideoReport
from yiyuan.settings import settings

_DETECTION = TypeAdapter(Detection)
_REPORT = TypeAdapter(VideoReport)


def detect(
    source: Source, *, progress: Progress = quiet, profile: Profile = "strict", allow: Collection[str] = ()
) -> Detection:
    """Pass 1. A picture is one frame, an animation as many as it has, a PDF one per page.

    BadInput: empty, not a picture or PDF, damaged, encrypted, too many pixels, frames or pages.
    """
    tokeniser.prepare()
    job = Job(
        Task.DETECT_IMAGE,
        source,
        resource_limits.reading(1800),
        profile=profile,
        model=str(model_files.folded()),
        allow=tuple(allow),
        scene_detector=settings().scene_detector,
    )
    return _DETECTION.validate_json(runner.run(job, progress))


def render(
    source: Source,
    detection: Detection,
    decided: RenderDecisions,
    target: Path,
    *,
    progress: Progress = quiet,
) -> VideoReport:
    """Pass 2: the same form without metadata, upright; a PDF becomes pictures of its pages, so no hidden text is left.

    Failed on a mismatch or a full disk; then `target` is as it was before and no partial file is left.
    """
    with written(target) as partial:
        limit = resource_limits.writing(1800)
        job = Job(Task.RENDER_IMAGE, source, limit, detection=detection, decided=decided, partial=str(partial))
        return _REPORT.validate_json(runner.run(job, progress))
