"""The interface for files and folders of any kind we take: one call, one report per file."""

from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from privacy import report as privacy_report
from privacy.api import image, video
from privacy.isolation.atomic_output import written
from privacy.job import Mask, Profile, Progress, RenderDecisions
from privacy.pii.engine import redact
from privacy.pii.subtitles import redact_subtitles
from privacy.report import FileReport
from privacy.source import Source
from privacy.types import Redaction
from yiyuan.codes import FileStatus
from yiyuan.errors import BadInput, YiyuanError
from yiyuan.i18n import _
from yiyuan.text.decoding import decode

TEXTS, SUBTITLES = (".txt", ".md"), (".srt", ".vtt", ".ass")
VIDEOS, PICTURES = (".mp4", ".mov", ".mkv", ".webm", ".m4v", ".avi"), (".jpg", ".jpeg", ".png", ".gif", ".webp", ".pdf")
TEXT_BYTES = 20 * 1024**2
_PICTURE_HEADS = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"%PDF-")


@dataclass(frozen=True)
class RedactionOptions:
    """How to treat a file. keep: track numbers that stay visible; allow: texts that may stay.

    voices: spans (from, to) in seconds of a video in which every voice is changed; (0, inf) for all of it.
    """

    profile: Profile = "strict"
    mask: Mask = "mosaic"
    keep: Collection[int] = ()
    allow: Collection[str] = ()
    voices: Collection[tuple[float, float]] = ()


def desensitise(
    source: Path, target: Path, wish: RedactionOptions = RedactionOptions(), progress: Progress = video.quiet
) -> FileReport:
    """Write a desensitised copy. What is wrong with the file is in the report, not raised; then nothing is written."""
    try:
        return _by_kind(source, target, wish, progress)
    except YiyuanError as error:
        return FileReport(source.name, "", FileStatus.FAILED, error=error.message)


def folder(source: Path, target: Path, wish: RedactionOptions, workers: int = 2) -> Iterator[FileReport]:
    """Every file below a folder that we take, several at once, in the order of their names."""
    taken = {*TEXTS, *SUBTITLES, *VIDEOS, *PICTURES}
    files = sorted(path for path in source.rglob("*") if path.is_file() and path.suffix.lower() in taken)
    if not files:
        raise BadInput(_("文件夹 {path} 里没有可处理的文件").format(path=source), field="source")
    pairs = [(path, target / path.relative_to(source)) for path in files]
    for _path, output in pairs:
        output.parent.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(lambda pair: desensitise(pair[0], pair[1], wish), pairs)


def _by_kind(source: Path, target: Path, wish: RedactionOptions, progress: Progress) -> FileReport:
    if not source.is_file():
        raise BadInput(_("找不到文件 {path}").format(path=source), field="source")
    if source.suffix.lower() in TEXTS + SUBTITLES:
        text = _read(source)
        result: Redaction = (redact_subtitles if source.suffix.lower() in SUBTITLES else redact)(text, allow=wish.allow)
        with written(target) as partial:
            partial.write_text(result.text, encoding="utf-8", newline="")
        return privacy_report.of_text(source.name, target.name, result)
    opened = Source.of_path(source)
    # By content, whatever the name says.
    with source.open("rb") as file:
        head = file.read(16)
    is_picture = head.startswith(_PICTURE_HEADS) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")
    medium = image if is_picture else video
    # The text of a subtitle file with the same name.
    files = [source.with_suffix(suffix) for suffix in SUBTITLES] if medium is video else []
    beside = next(({"subtitles": _read(path)} for path in files if path.is_file()), {})
    found = medium.detect(opened, progress=progress, profile=wish.profile, allow=wish.allow, **beside)
    decided = RenderDecisions(tuple(wish.keep), mask=wish.mask, voices=tuple(wish.voices))
    report = medium.render(opened, found, decided, target, progress=progress)
    return privacy_report.of_pictures(source.name, target.name, report)


def _read(path: Path) -> str:
    if path.stat().st_size > TEXT_BYTES:
        raise BadInput(_("文本超过 {limit} MB：请拆分后再处理").format(limit=TEXT_BYTES // 1024**2), field="source")
    content = path.read_bytes()
    if not content:
        raise BadInput(_("文件是空的（0 字节）：请重新选择文件"), field="source")
    return decode(content, field="source")
