"""Pictures out of a desensitised copy: a page of a PDF, a frame of an animation, an animation in another form.

Only our own copies come here: files that the child wrote from bare pixels and read back.
"""

import io
from threading import Lock
from typing import IO

import PIL.Image
import pypdfium2  # type: ignore[import-untyped]
from PIL import ImageSequence

from privacy.geometry import DPI
from privacy.source import Source
from privacy.types import Picture

PDF = "application/pdf"
_QUALITIES = (88, 75, 60)
_SMALLEST = 64
#: pdfium keeps state of its own: one page at a time in a process.
_PDFIUM = Lock()


def pixels(copy: Source, media_type: str, index: int) -> PIL.Image.Image:
    """Page or frame `index` (from 0, there must be one) of a copy, RGB, transparency on white."""
    with copy.open() as file:
        return _page(file.read(), index) if media_type == PDF else _frame(file, index)


def page(copy: Source, media_type: str, index: int, *, quality: int = 85) -> Picture:
    """The same as a JPEG without metadata."""
    return _jpeg(pixels(copy, media_type, index), quality)


def page_below(copy: Source, media_type: str, index: int, limit: int) -> Picture:
    """The same as a JPEG of fewer than `limit` bytes: less quality first, then fewer pixels."""
    image = pixels(copy, media_type, index)
    while True:
        for quality in _QUALITIES:
            packed = _jpeg(image, quality)
            if len(packed.content) < limit or max(image.size) <= _SMALLEST:
                return packed
        image = image.resize((max(1, image.width * 3 // 4), max(1, image.height * 3 // 4)))


def as_gif(copy: Source) -> Picture:
    """An animation as a GIF, each frame shown as long as before."""
    with copy.open() as file, PIL.Image.open(file) as opened:
        frames, times = [], []
        for frame in ImageSequence.Iterator(opened):
            frame.load()  # webp knows how long a frame is shown only then
            frames.append(frame.convert("RGB"))
            times.append(int(frame.info.get("duration", 100)))
        loop = int(opened.info.get("loop", 0))
    packed = io.BytesIO()
    frames[0].save(packed, "GIF", save_all=True, append_images=frames[1:], duration=times, loop=loop)
    return Picture(packed.getvalue(), *frames[0].size)


def _jpeg(image: PIL.Image.Image, quality: int) -> Picture:
    packed = io.BytesIO()
    image.save(packed, "JPEG", quality=quality)
    return Picture(packed.getvalue(), *image.size)


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
