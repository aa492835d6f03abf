"""Single pictures of a desensitised attachment: a page of a PDF, a frame of an animation."""

from privacy.api import Source, copies
from yiyuan.errors import Missing
from yiyuan.i18n import _
from yiyuan.models import Asset


def page_jpeg(copy: Asset, index: int) -> bytes:
    """Page or frame `index` (from 0) of a desensitised copy as a JPEG; Missing when there is none."""
    if not 0 <= index < (copy.frames or 1):
        raise Missing(_("没有第 {page} 页（帧）").format(page=index + 1))
    return copies.page(Source.of_asset(copy), copy.media_type, index).content
