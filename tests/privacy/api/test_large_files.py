"""Files larger or odder than usual go through whole, or are refused with a reason; memory stays bounded."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import PIL.Image
import pytest

from privacy.api import files, video
from privacy.job import RenderDecisions
from privacy.source import Source
from tests.support.clips import Clip, Pixels, drawn, portrait, read
from yiyuan.errors import BadInput
from yiyuan.settings import settings

RECORD = "住院号：ZY20231234"


def write(path: Path, frames: Iterator[Pixels], size: tuple[int, int], codec: str, options: dict[str, str]) -> Path:
    """A silent video."""
    with av.open(str(path), "w") as target:
        stream: Any = target.add_stream(codec, rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for pixels in frames:
            target.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="yuv420p")))
        target.mux(stream.encode(None))
    return path


def yuv(rgb: Pixels) -> Pixels:
    """I420, shape (height * 3 / 2, width)."""
    frame = av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(format="yuv420p")
    return np.asarray(frame.to_ndarray(), dtype=np.uint8)


def enormous(size: tuple[int, int], count: int) -> Iterator[Pixels]:
    """A large grey picture with a face that moves."""
    side = size[1] // 3 // 2 * 2
    face = yuv(np.asarray(portrait().resize((side, side))))[:side]
    for index in range(count):
        pixels = np.full((size[1] * 3 // 2, size[0]), 128, np.uint8)
        pixels[size[1] // 4 : size[1] // 4 + side, 400 + index * 16 : 400 + index * 16 + side] = face
        yield pixels


@pytest.fixture
def three_gigabytes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Less address space for the decoding child than usual."""
    monkeypatch.setenv("YIYUAN_DECODE_MEMORY_BYTES", str(3 * 1024**3))
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_8k_is_done_in_bounded_memory(three_gigabytes: None, tmp_path: Path) -> None:
    size, fast = (7680, 4320), {"preset": "ultrafast", "crf": "35"}
    source = Source.of_path(write(tmp_path / "in.mp4", enormous(size, 2), size, "libx264", fast))
    found = video.detect(source)
    assert (found.probe.width, found.probe.height, found.frames) == (*size, 2)
    (track,) = found.tracks
    assert [frame for frame, _box in track.boxes] == [0, 1]
    assert 500 < track.boxes[0][1].w < 900  # pixels of 8K, though it was looked for in a smaller picture
    report = video.render(source, found, RenderDecisions(), tmp_path / "out.mp4")
    assert report.verified.frames_out == 2
    with av.open(str(tmp_path / "out.mp4")) as copy:
        assert (copy.streams.video[0].width, copy.streams.video[0].height) == size


def test_wider_than_8k_is_refused_with_its_size(tmp_path: Path) -> None:
    size = (9216, 4320)
    path = write(tmp_path / "in.mp4", enormous(size, 1), size, "libx264", {"preset": "ultrafast", "crf": "35"})
    with pytest.raises(BadInput, match="9216×4320"):
        video.detect(Source.of_path(path))


def woven(clip: Clip, count: int) -> Iterator[Pixels]:
    """Frames whose even lines were taken earlier than the odd ones."""
    for index in range(count):
        pixels = np.array(drawn(clip, index * 2))
        pixels[1::2] = np.asarray(drawn(clip, index * 2 + 1))[1::2]
        yield yuv(pixels)


INTERLACED = {
    "h264": ("in.mp4", "libx264", {"x264-params": "tff=1", "preset": "veryfast"}),
    "mpeg2": ("in.mkv", "mpeg2video", {"flags": "+ilme+ildct", "b": "4000000", "g": "6"}),
}


@pytest.mark.parametrize("name", INTERLACED)
def test_interlaced_keeps_its_frames_and_hides_both_fields(name: str, tmp_path: Path) -> None:
    file, codec, options = INTERLACED[name]
    clip, count = Clip(size=(480, 272)), 8  # x264 weaves only heights that are multiples of 4
    path = write(tmp_path / file, woven(clip, count), clip.size, codec, options)
    with av.open(str(path)) as source:
        assert all(frame.interlaced_frame for frame in source.decode(video=0))
    report = files.desensitise(path, tmp_path / "out.mp4")
    assert report.status != "failed", report.error
    (track,) = report.details["tracks"]
    assert len(track["boxes"]) == report.details["verified"]["frames_out"] == count
    for before, after, entry in zip(read(path), read(tmp_path / "out.mp4"), track["boxes"], strict=True):
        _frame, x, y, w, h = entry
        for field in (0, 1):
            part = slice(y + field, y + h, 2), slice(x, x + w)
            assert np.abs(before[part].astype(int) - after[part]).mean() > 8


def test_a_pdf_of_many_pages_is_looked_at_to_the_last(tmp_path: Path) -> None:
    pages = [PIL.Image.new("RGB", (120, 80), (200, number * 20, 90)) for number in range(12)]
    pages[-1] = drawn(Clip(faces=0, text=RECORD), 0)
    pages[0].save(tmp_path / "in.pdf", "PDF", save_all=True, append_images=pages[1:], resolution=72)
    report = files.desensitise(tmp_path / "in.pdf", tmp_path / "out.pdf")
    assert report.status != "failed", report.error
    assert report.details["verified"]["frames_out"] == 12
    assert {(hit["kind"], hit["first_frame"]) for hit in report.details["screen"]} == {("record_number", 11)}


def test_a_pdf_of_too_many_pages_is_refused(tmp_path: Path) -> None:
    blank = PIL.Image.new("L", (16, 16))
    blank.save(tmp_path / "in.pdf", "PDF", save_all=True, append_images=[blank] * 300, resolution=72)
    report = files.desensitise(tmp_path / "in.pdf", tmp_path / "out.pdf")
    assert report.status == "failed" and "请拆分后再上传" in report.error
    assert not (tmp_path / "out.pdf").exists()


def animated(path: Path) -> Path:
    """A WebP with transparent margins, uneven times and three rounds."""
    frames = [drawn(Clip(text=RECORD), index).convert("RGBA") for index in range(6)]
    for frame in frames:
        frame.paste((0, 0, 0, 0), (440, 0, 480, 100))
    times = [40, 200, 40, 300, 40, 80]
    frames[0].save(path, "WEBP", save_all=True, append_images=frames[1:], duration=times, loop=3, lossless=True)
    return path


def test_an_animated_webp_keeps_times_rounds_and_transparency(tmp_path: Path) -> None:
    report = files.desensitise(animated(tmp_path / "in.webp"), tmp_path / "out.webp")
    assert report.status != "failed", report.error
    assert len(report.details["tracks"][0]["boxes"]) == 6
    with PIL.Image.open(tmp_path / "out.webp") as after:
        assert (after.n_frames, after.info["loop"]) == (6, 3)  # type: ignore[attr-defined]
        times = []
        for index in range(6):
            after.seek(index)
            after.load()
            times.append(after.info["duration"])
            assert after.convert("RGBA").getpixel((460, 50)) == (0, 0, 0, 0)
    assert times == [40, 200, 40, 300, 40, 80]


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_an_animated_webp_cut_off_is_refused(share: float, tmp_path: Path) -> None:
    whole = animated(tmp_path / "whole.webp").read_bytes()
    (tmp_path / "in.webp").write_bytes(whole[: int(len(whole) * share)])
    report = files.desensitise(tmp_path / "in.webp", tmp_path / "out.webp")
    assert report.status == "failed" and report.error
    assert not (tmp_path / "out.webp").exists()
