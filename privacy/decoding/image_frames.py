"""Pictures, animations and PDF pages as frames, upright, without metadata. Runs in the child only."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, BinaryIO, cast

import cv2
import numpy as np
import PIL.Image
from PIL import ImageOps, ImageSequence, UnidentifiedImageError

from privacy.decoding import frame as decoding_frame
from privacy.geometry import DPI, Image
from privacy.source import Source
from yiyuan.errors import BadInput, Failed
from yiyuan.i18n import _
from yiyuan.settings import settings

FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
MOST_PAGES, MOST_FRAMES = 300, 3000


@dataclass
class Still:
    """One picture. `pixels` of shape (height, width, 3 or 4), the fourth is transparency; `seconds` it is shown."""

    index: int
    pixels: Image
    seconds: float = 0.0

    @property
    def width(self) -> int:
        """Pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Pixels."""
        return int(self.pixels.shape[0])

    @cached_property
    def rgb(self) -> Image:
        """The colours, a copy."""
        return np.ascontiguousarray(self.pixels[:, :, :3])

    def part(self, left: int, top: int, right: int, bottom: int) -> Image:
        """As `privacy.decoding.frame.Frame.part`, a view."""
        return self.rgb[top : max(top, bottom), left : max(left, right)]

    @property
    def luma(self) -> Image:
        """Grey levels."""
        return cast(Image, cv2.cvtColor(self.rgb, cv2.COLOR_RGB2GRAY))

    @cached_property
    def small(self) -> Image:
        """As `privacy.decoding.frame.Frame.small`."""
        return decoding_frame.small(self.luma)

    def planes(self) -> list[tuple[Image, int]]:
        """Red, green and blue."""
        return [(self.pixels[:, :, colour], 1) for colour in range(3)]


@dataclass
class Album:
    """An opened file: what it is, and its pictures in order."""

    form: str
    pictures: Iterator[Still]
    count: int
    loop: int = 0
    size: tuple[int, int] = (0, 0)
    info: dict[str, Any] = field(default_factory=dict)

    @property
    def pages(self) -> bool:
        """Whether the pictures have nothing to do with one another."""
        return self.form == "PDF"


@contextmanager
def opened(source: Source) -> Iterator[Album]:
    """BadInput: empty, not a picture or PDF we take, damaged, too large, encrypted."""
    try:
        file = source.open()
    except FileNotFoundError:
        raise Failed(_("素材文件不在了：请联系管理员从备份恢复，或重新上传")) from None
    with file:
        head = file.read(1024)
        file.seek(0)
        if not head:
            raise BadInput(_("文件是空的（0 字节）：请重新选择文件上传"), field="file")
        yield _pdf(file) if b"%PDF-" in head else _picture(file)


def _picture(file: BinaryIO) -> Album:
    PIL.Image.MAX_IMAGE_PIXELS = None  # the limit below speaks Chinese
    try:
        picture = PIL.Image.open(file, formats=FORMATS)
    except (UnidentifiedImageError, OSError, ValueError) as error:
        raise BadInput(_("这不是可识别的图片或 PDF：请上传 jpg、png、gif、webp 或 pdf"), field="file") from error
    _check_pixels(picture.width, picture.height)
    count = getattr(picture, "n_frames", 1)
    if count > MOST_FRAMES:
        raise BadInput(_("动图超过 {most} 帧：请改为上传视频").format(most=MOST_FRAMES), field="file")
    form = str(picture.format)
    return Album(form, _frames(picture), count, int(picture.info.get("loop", 0)), picture.size)


def _check_pixels(width: int, height: int) -> None:
    limit = settings().video_max_pixels
    if width * height > limit:
        message = _("图片 {width}×{height} 超过上限（{limit} 万像素）：请缩小后再上传")
        raise BadInput(message.format(width=width, height=height, limit=limit // 10000), field="file")


def _frames(picture: PIL.Image.Image) -> Iterator[Still]:
    try:
        for index, frame in enumerate(ImageSequence.Iterator(picture)):
            frame.load()  # webp knows how long a frame is shown only then
            seconds = float(frame.info.get("duration", 0)) / 1000
            upright = ImageOps.exif_transpose(frame)
            mode = "RGBA" if upright.has_transparency_data else "RGB"
            yield Still(index, np.array(upright.convert(mode)), seconds)
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise BadInput(_("图片已损坏或不完整：请从原设备重新导出并上传"), field="file") from error


def _pdf(file: BinaryIO) -> Album:
    import pypdfium2  # type: ignore[import-untyped]

    try:
        document = pypdfium2.PdfDocument(file.read())
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise BadInput(_("PDF 已加密，无法检查：请去掉密码后再上传"), field="file") from error
        raise BadInput(_("PDF 已损坏，无法打开：请重新导出并上传"), field="file") from error
    if not 0 < len(document) <= MOST_PAGES:
        raise BadInput(_("PDF 页数须在 1 到 {most} 之间：请拆分后再上传").format(most=MOST_PAGES), field="file")
    return Album("PDF", _pages(document), len(document))


def _pages(document: Any) -> Iterator[Still]:
    for index in range(len(document)):
        page = document[index]
        width, height = (round(side * DPI / 72) for side in page.get_size())
        _check_pixels(width, height)
        picture = page.render(scale=DPI / 72).to_pil().convert("RGB")
        page.close()
        yield Still(index, np.array(picture))
