"""Scanned papers (signed consents): what a person may look at is drawn anew, never the file itself."""

from pydantic import TypeAdapter

from privacy import resource_limits
from privacy.api.video import quiet
from privacy.isolation import runner
from privacy.job import Job, Task
from privacy.source import Source
from privacy.types import Paper


def picture(source: Source) -> Paper:
    """BadInput when the file is no picture or PDF we take, damaged or encrypted; Failed on time or memory."""
    return TypeAdapter(Paper).validate_json(
        runner.run(Job(Task.DRAW_DOCUMENT, source, resource_limits.reading(120)), quiet)
    )
