"""Pass 2 of pictures, animations and PDF: cover, write bare pixels, read back. Runs in the child only."""

import hashlib
import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import PIL.Image

from privacy.decoding.image_frames import Album, opened
from privacy.geometry import DPI
from privacy.job import Job, Mask, Progress
from privacy.progress import Pace, Stopwatch
from privacy.rendering.mask import Plan, cover_face, cover_text
from privacy.source import Source
from privacy.types import Verified, VideoReport
from yiyuan.errors import Failed
from yiyuan.i18n import _


def render_image(job: Job, progress: Progress) -> VideoReport:
    """Write `job.partial` in the form of the source, without its metadata. Failed when the copy is not whole."""
    assert job.detection
    watch, partial = Stopwatch(), Path(job.partial)
    pace = Pace("render", progress, job.detection.frames)
    shown: list[float] = []
    with watch.of("render"), opened(job.source) as album:
        _write(album, _covered(album, Plan(job), job.decided.mask, pace, shown), partial, shown)
    pace.end()
    with watch.of("verify"):
        verified = _verify(partial, job.detection.frames, sum(shown))
    return job.report(verified, watch.rounded())


def _covered(album: Album, plan: Plan, mask: Mask, pace: Pace, shown: list[float]) -> Iterator[PIL.Image.Image]:
    for still in album.pictures:
        for box in plan.faces(still.index):
            cover_face(still, box, mask)
        for box in plan.texts(still.index, float(still.index)):
            cover_text(still, box)
        shown.append(still.seconds)
        pace.tick(still.index + 1)
        yield PIL.Image.fromarray(still.pixels)


def _write(album: Album, pictures: Iterator[PIL.Image.Image], partial: Path, shown: list[float]) -> None:
    first = next(pictures)
    with partial.open("wb") as file:
        if album.form == "JPEG":
            first.convert("RGB").save(file, "JPEG", quality=92)
        elif album.form == "PDF":
            first.save(file, "PDF", save_all=True, append_images=_as_jpeg(pictures), resolution=DPI)
        elif album.count == 1:
            first.save(file, album.form, **({"duration": round(shown[0] * 1000)} if shown[0] else {}))
        else:
            rest = list(pictures)
            durations = [round(seconds * 1000) for seconds in shown]
            first.save(
                file, album.form, save_all=True, append_images=rest, duration=durations, loop=album.loop, disposal=2
            )
        file.flush()
        os.fsync(file.fileno())


def _as_jpeg(pictures: Iterator[PIL.Image.Image]) -> Iterator[PIL.Image.Image]:
    """Pages one at a time; the writer keeps only their compressed form."""
    for picture in pictures:
        packed = BytesIO()
        picture.save(packed, "JPEG", quality=85)
        yield PIL.Image.open(packed)


def _verify(partial: Path, frames: int, seconds: float) -> Verified:
    with opened(Source.of_path(partial)) as album:
        form, read = album.form, [still.seconds for still in album.pictures]
    # The writers of animations join frames that look the same; the time they are shown stays.
    whole = len(read) <= frames if form in ("GIF", "WEBP") and read else len(read) == frames
    if not whole or abs(sum(read) - seconds) > 0.05:
        raise Failed(_("脱敏后的图片帧数或时长与原图不一致，已丢弃：请重试，或改为上传视频"))
    digest = hashlib.sha256(partial.read_bytes()).hexdigest()
    return Verified(frames, len(read), round(seconds, 3), round(sum(read), 3), 0.0, 0.0, True, digest)
