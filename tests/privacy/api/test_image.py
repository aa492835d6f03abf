"""Pictures, animations and PDF pages."""

from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
import pytest
import segno

from privacy.api import image
from privacy.job import RenderDecisions
from privacy.source import Source
from privacy.types import Detection, VideoReport
from tests.support.clips import Clip, drawn
from yiyuan.errors import BadInput

CLIP = Clip(text="患者：李建国 住院号：ZY20231234")


def run(path: Path, keep: tuple[int, ...] = ()) -> tuple[Detection, VideoReport, Path]:
    source, target = Source.of_path(path), path.with_name(f"out{path.suffix}")
    found = image.detect(source)
    return found, image.render(source, found, RenderDecisions(keep), target), target


def covered(found: Detection, before: PIL.Image.Image, after: PIL.Image.Image, frame: int = 0) -> bool:
    difference = np.abs(np.asarray(before.convert("RGB")).astype(int) - np.asarray(after.convert("RGB")))
    boxes = [box for track in found.tracks for at, box in track.boxes if at == frame]
    boxes += [hit.box for hit in found.screen_hits]
    parts = [difference[box.y : box.y + box.h, box.x : box.x + box.w].mean() for box in boxes]
    return bool(parts) and min(parts) > 8


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_loses_faces_identifiers_and_metadata(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"in.{form.lower()}"
    exif = PIL.Image.Exif()
    exif[0x010F], exif[0x0112] = "SecretPhone", 6  # maker; shown turned by a quarter
    exif.get_ifd(0x8825)[1] = "N"
    upright = drawn(CLIP, 0)
    upright.rotate(90, expand=True).save(path, form, exif=exif, quality=95)
    found, report, target = run(path)
    assert len(found.tracks) == 1 and {hit.kind for hit in found.screen_hits} == {"name", "record_number"}
    with PIL.Image.open(target) as after:
        assert (after.format, after.size, dict(after.getexif())) == (form, upright.size, {})
        assert covered(found, upright, after)
    assert b"SecretPhone" not in target.read_bytes()
    assert report.verified.frames_out == 1


@pytest.mark.parametrize("form", ["GIF", "WEBP"])
def test_an_animation_keeps_frames_and_times(form: str, tmp_path: Path) -> None:
    pictures = [drawn(CLIP, index) for index in range(6)]
    path = tmp_path / f"in.{form.lower()}"
    pictures[0].save(
        path, form, save_all=True, append_images=pictures[1:], duration=[100, 200, 100, 300, 100, 50], loop=0
    )
    found, report, target = run(path)
    assert [frame for frame, _box in found.tracks[0].boxes] == list(range(6))
    assert report.verified.frames_out == 6
    assert report.verified.seconds_out == pytest.approx(0.85)
    with PIL.Image.open(target) as after:
        for index, picture in enumerate(pictures):
            after.seek(index)
            assert covered(found, picture, after, index)


@pytest.mark.parametrize("form", ["GIF", "WEBP"])
@pytest.mark.parametrize("count", [1, 3])
def test_an_animation_that_stands_still_keeps_its_time(form: str, count: int, tmp_path: Path) -> None:
    path, still = tmp_path / f"in.{form.lower()}", PIL.Image.new("RGB", (160, 90), "navy")
    stills = [still.copy() for _ in range(count)]
    stills[-1].putpixel((0, 0), (250, 0, 0))  # so that the writer of this file joins no more than the first ones
    stills[0].save(path, form, save_all=True, append_images=stills[1:], duration=200, loop=0)
    _found, report, target = run(path)
    with PIL.Image.open(target) as after:
        assert after.format == form and (after.width, after.height) == (160, 90)
    assert report.verified.seconds_out == report.verified.seconds_in


def test_pdf_pages_become_pictures_without_hidden_text(tmp_path: Path) -> None:
    path = tmp_path / "in.pdf"
    first, second = drawn(Clip(text=CLIP.text, faces=0), 0), drawn(Clip(), 0)
    first.save(path, "PDF", save_all=True, append_images=[second], resolution=72, title="张三的病历", author="secret")
    found, report, target = run(path)
    assert [track.first_frame for track in found.tracks] == [1]
    assert {(hit.kind, hit.first_frame, hit.last_frame) for hit in found.screen_hits} == {
        ("name", 0, 0),
        ("record_number", 0, 0),
    }
    assert report.verified.frames_out == 2
    assert b"secret" not in target.read_bytes()


def test_a_kept_face_stays(tmp_path: Path) -> None:
    drawn(Clip(), 0).save(tmp_path / "in.png")
    found, _report, target = run(tmp_path / "in.png", keep=(1,))
    assert not covered(found, drawn(Clip(), 0), PIL.Image.open(target))


def test_a_code_is_covered(tmp_path: Path) -> None:
    packed = BytesIO()
    segno.make("patient 12345678").save(packed, kind="png", scale=5)
    picture = drawn(Clip(faces=0), 0)
    picture.paste(PIL.Image.open(packed).convert("RGB"), (40, 40))
    picture.save(tmp_path / "in.png")
    found, _report, target = run(tmp_path / "in.png")
    assert [hit.kind for hit in found.screen_hits] == ["qr_code"]
    assert cv2.QRCodeDetector().detectAndDecode(np.asarray(picture))[0] == "patient 12345678"
    assert cv2.QRCodeDetector().detectAndDecode(np.asarray(PIL.Image.open(target).convert("RGB")))[0] == ""


def encrypted_pdf() -> bytes:
    """The smallest file that asks for a password."""
    body = BytesIO()
    PIL.Image.new("RGB", (20, 20)).save(body, "PDF")
    locked = (
        b"/Encrypt << /Filter /Standard /V 1 /R 2 /O <"
        + b"00" * 32
        + b"> /U <"
        + b"11" * 32
        + b"> /P -4 >> /ID [<00> <00>]"
    )
    return body.getvalue().replace(b"trailer\n<<", b"trailer\n<< " + locked)


def bad_files() -> dict[str, tuple[bytes, str]]:
    whole = BytesIO()
    drawn(Clip(), 0).save(whole, "PNG")
    huge = BytesIO()
    PIL.Image.new("1", (10_000, 10_000)).save(huge, "PNG")
    return {
        "empty": (b"", "0 字节"),
        "text": (b"hello" * 100, "不是可识别的图片"),
        "truncated": (whole.getvalue()[:-3000], "损坏"),
        "100 megapixels": (huge.getvalue(), "超过上限"),
        "broken pdf": (b"%PDF-1.7\nnothing", "PDF"),
        "encrypted pdf": (encrypted_pdf(), "已加密"),
    }


@pytest.mark.parametrize("name", bad_files())
def test_bad_files(name: str, tmp_path: Path) -> None:
    content, message = bad_files()[name]
    path = tmp_path / "in"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=message):
        image.detect(Source.of_path(path))
