"""The interface for crops along face tracks: patient data, keep them sealed."""

from pydantic import TypeAdapter

from privacy import resource_limits
from privacy.api.video import quiet
from privacy.isolation import runner
from privacy.job import Job, Progress, Task
from privacy.source import Source
from privacy.types import Detection, Strip, Strips


def strips(source: Source, detection: Detection, *, progress: Progress = quiet) -> list[Strip]:
    """Read the source once more and cut CROPS_PER_TRACK crops or fewer from each track; none: nothing is read."""
    if not detection.tracks:
        return []
    job = Job(Task.CROP_FACES, source, resource_limits.reading(3600), detection=detection)
    return TypeAdapter(Strips).validate_json(runner.run(job, progress)).strips
