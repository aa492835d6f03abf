"""A screenshot that somebody uploads as proof, as a JPEG of our own. Runs in the child only."""

import io

import PIL.Image
from PIL import UnidentifiedImageError

from privacy.job import Job, Progress
from privacy.types import Picture
from yiyuan.errors import BadInput
from yiyuan.i18n import _

FORMATS = ("PNG", "JPEG", "WEBP")
MAX_PIXELS, MAX_SIDE = 40_000_000, 4096


def draw_screenshot(job: Job, _progress: Progress) -> Picture:
    """At most MAX_SIDE pixels wide and high. BadInput (field "screenshot"): no picture we take, damaged, too large."""
    PIL.Image.MAX_IMAGE_PIXELS = None  # the limit below speaks Chinese
    try:
        with job.source.open() as file, PIL.Image.open(file, formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise BadInput(_("截图的尺寸过大"), field="screenshot")
            plain = image.convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise BadInput(_("截图无法识别，请上传 PNG、JPEG 或 WebP 图片"), field="screenshot") from error
    plain.thumbnail((MAX_SIDE, MAX_SIDE))
    target = io.BytesIO()
    plain.save(target, "JPEG", quality=88)
    return Picture(target.getvalue(), *plain.size)
