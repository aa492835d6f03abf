"""Single pictures of a desensitised attachment: a page of a PDF, a frame of an animation.

Only our own copies are opened here: the privacy room wrote them from bare pixels. Originals never come this way.
"""

import io
from threading import Lock
from typing import IO

import PIL.Image
import pypdfium2  # type: ignore[import-untyped]

from privacy.api import DPI
from yiyuan.errors import Missing
from yiyuan.i18n import _
from yiyuan.models import Asset
from yiyuan.storage import media

PDF = "application/pdf"
#: pdfium keeps state of its own: one page at a time in a process.
_PDFIUM = Lock()


def picture(copy: Asset, index: int) -> PIL.Image.Image:
    """Page or frame `index` (from 0) of a desensitised copy, RGB, transparency on white; Missing when there is none."""
    if not 0 <= index < (copy.frames or 1):
        raise Missing(_("没有第 {page} 页（帧）").format(page=index + 1))
    with media.open_asset(copy) as file:
        return _page(file.read(), index) if copy.media_type == PDF else _frame(file, index)


def jpeg(image: PIL.Image.Image, quality: int = 85) -> bytes:
    """The picture as a JPEG without metadata."""
    packed = io.BytesIO()
    image.save(packed, "JPEG", quality=quality)
    return packed.getvalue()


def _page(content: bytes, index: int) -> PIL.Image.Image:
    # The same scale as when it was looked at, so that boxes in pixels of the original fit.
    with _PDFIUM:
        document = pypdfium2.PdfDocument(content)
        try:
            shown: PIL.Image.Image = document[index].render(scale=DPI / 72).to_pil()
        finally:
            document.close()
    return shown.convert("RGB")


def _frame(file: IO[bytes], index: int) -> PIL.Image.Image:
    with PIL.Image.open(file) as opened:
        opened.seek(index)
        bare = opened.convert("RGBA")
    white = PIL.Image.new("RGBA", bare.size, "white")
    return PIL.Image.alpha_composite(white, bare).convert("RGB")
