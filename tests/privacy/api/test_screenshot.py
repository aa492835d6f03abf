"""A screenshot somebody uploads is drawn anew in the child; nothing of the file itself is kept."""

import io

import pytest
from PIL import Image

from privacy.api import screenshot
from yiyuan.errors import BadInput


def packed(form: str, size: tuple[int, int] = (400, 300), **more: object) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, "teal").save(target, form, **more)
    return target.getvalue()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_what_phones_make_is_taken(form: str) -> None:
    with Image.open(io.BytesIO(screenshot.redrawn(packed(form)))) as image:
        assert (image.format, image.size) == ("JPEG", (400, 300))
        assert max(abs(a - b) for a, b in zip(image.getpixel((200, 150)), (0, 128, 128), strict=True)) < 4  # type: ignore[arg-type]


def test_nothing_but_the_picture_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010E] = "患者张三"
    hidden = packed("JPEG", (5000, 100), exif=exif) + b"PK\x03\x04<script>"
    content = screenshot.redrawn(hidden)
    assert b"<script>" not in content and "张三".encode() not in content
    with Image.open(io.BytesIO(content)) as image:
        assert image.width == 4096
        assert not image.getexif()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b"GIF89a" + b"\0" * 60,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
        packed("GIF"),
        packed("PNG")[:90],
    ],
    ids=["empty", "text", "broken gif", "broken png", "gif", "half a png"],
)
def test_what_is_no_picture_is_refused_at_its_field(content: bytes) -> None:
    with pytest.raises(BadInput, match="截图无法识别") as refused:
        screenshot.redrawn(content)
    assert refused.value.field == "screenshot"


def test_what_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = packed("PNG", (20_000, 10_000))
    assert len(bomb) < 2_000_000
    with pytest.raises(BadInput, match="尺寸过大"):
        screenshot.redrawn(bomb)
    monkeypatch.setattr(screenshot, "MAX_BYTES", 100)
    with pytest.raises(BadInput, match="超过"):
        screenshot.redrawn(packed("PNG"))


def test_the_parent_decodes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*_given: object, **_more: object) -> None:
        raise AssertionError("decoded in the parent")

    given = packed("PNG")
    monkeypatch.setattr(Image, "open", opened)
    assert screenshot.redrawn(given).startswith(b"\xff\xd8")
