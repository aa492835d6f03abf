"""Screenshots that people upload as proof: what is kept is drawn anew, never the file itself."""

from pydantic import TypeAdapter

from privacy import resource_limits
from privacy.api.video import quiet
from privacy.isolation import runner
from privacy.job import Job, Task
from privacy.source import Source
from privacy.types import Picture
from yiyuan.errors import BadInput
from yiyuan.i18n import _

MAX_BYTES = 20 * 1024**2


def check_size(size: int) -> None:
    """BadInput (field "screenshot") when a file of so many bytes, or one that has so many already, is too large."""
    if size > MAX_BYTES:
        raise BadInput(_("截图超过 {size} MB").format(size=MAX_BYTES // 1024**2), field="screenshot")


def redrawn(content: bytes) -> bytes:
    """The screenshot as a JPEG of our own: no metadata, no second file hidden behind the picture.

    BadInput (field "screenshot") when it is no PNG, JPEG or WebP, or too large; Failed on time or memory.
    """
    check_size(len(content))
    job = Job(Task.DRAW_SCREENSHOT, Source.of_bytes(content), resource_limits.reading(120))
    return TypeAdapter(Picture).validate_json(runner.run(job, quiet)).content
