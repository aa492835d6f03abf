"""`yiyuan desensitise IN -o OUT`: a copy without patient data, of a file or of a folder."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress as Bar

from privacy.api import Mask, Profile, RedactionOptions, files
from yiyuan.codes import FileStatus
from yiyuan.errors import BadInput
from yiyuan.i18n import _

EXIT = {FileStatus.DONE: 0, FileStatus.DOUBTS: 1, FileStatus.FAILED: 2}


def desensitise(
    source: Annotated[Path, typer.Argument(help=_("视频、图片、PDF、文本、字幕，或装有它们的文件夹"))],
    output: Annotated[Path, typer.Option("--output", "-o", help=_("写到哪里；文件夹则写到此文件夹"))],
    report: Annotated[Path | None, typer.Option(help=_("把报告写成 JSON"))] = None,
    profile: Annotated[Profile, typer.Option(help=_("strict 细查，fast 快查"))] = "strict",
    mask: Annotated[Mask, typer.Option(help=_("遮挡方式"))] = "mosaic",
    keep: Annotated[list[int] | None, typer.Option(help=_("保留可见的人脸编号，可多次给出"))] = None,
    allow: Annotated[list[str] | None, typer.Option(help=_("可以保留的文字（本院人员姓名、电话），可多次给出"))] = None,
    voice_change: Annotated[
        list[str] | None,
        typer.Option(help=_("变声的时间段（秒，如 12-20.5，或 0:12-1:05；all 为全片），可多次给出；很难还原")),
    ] = None,
) -> None:
    """Exit 0: done; 1: done, with doubts for a person; 2: failed, nothing written for that file."""
    wish = RedactionOptions(
        profile=profile,
        mask=mask,
        keep=keep or [],
        allow=allow or [],
        voices=[_span(span) for span in voice_change or []],
    )
    if source.is_dir() and (keep or output.is_file()):
        raise BadInput(_("处理文件夹时，输出须为文件夹，且不能指定 --keep"), field="output")
    with Bar(transient=True) as bar:
        done = (
            list(files.folder(source, output, wish))
            if source.is_dir()
            else [files.desensitise(source, output, wish, _shown(bar))]
        )
    for file_report in done:
        typer.echo(
            f"{file_report.source}  {file_report.status.label}  {file_report.error}".rstrip(),
            err=file_report.status == FileStatus.FAILED,
        )
        for doubt in file_report.doubts:
            typer.echo(f"  - {doubt}")
    if report:
        values = [file_report.as_dict() for file_report in done]
        text = json.dumps(values if source.is_dir() else values[0], ensure_ascii=False, indent=1)
        report.write_text(text, encoding="utf-8")
    raise typer.Exit(max(EXIT[file_report.status] for file_report in done))


def _span(text: str) -> tuple[float, float]:
    """`START-END` in seconds or minutes:seconds, or `all`."""
    if text == "all":
        return 0.0, math.inf
    try:
        first, last = (_seconds(part) for part in text.split("-"))
    except ValueError:
        message = _("变声的时间段“{text}”看不懂：请写成 12-20.5、0:12-1:05 或 all")
        raise BadInput(message.format(text=text[:40]), field="voice_change") from None
    if not 0 <= first < last:
        raise BadInput(_("变声的时间段“{text}”起点须早于终点").format(text=text[:40]), field="voice_change")
    return first, last


def _seconds(text: str) -> float:
    minutes, _colon, seconds = text.strip().rpartition(":")
    value = float(seconds) + 60 * float(minutes or 0)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _shown(bar: Bar) -> Callable[[str, float, float | None], None]:
    stages = {"probe": _("检查"), "detect": _("查找"), "render": _("遮挡")}
    tasks = {name: bar.add_task(title, total=1.0) for name, title in stages.items()}

    def show(stage: str, share: float, eta: float | None) -> None:
        bar.update(tasks[stage], completed=share)

    return show


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("desensitise", help=_("对文件或文件夹脱敏。"))(desensitise)
