"""The decoding child (`python -m privacy.isolation.worker`): takes one job from stdin, answers in lines on stdout."""

import errno
import json
import os
import sys
import threading
from base64 import b64encode
from collections.abc import Callable
from typing import IO, Any, Never

from pydantic import TypeAdapter

from privacy.job import Job, Signal, Task, unpack
from privacy.resource_limits import apply
from yiyuan.errors import Failed, YiyuanError
from yiyuan.i18n import _

_NO_MEMORY = ("bad_alloc", "allocate memory", "can't start new thread")


class Reporter:
    """Writes the lines of the child; the real stdout is kept for it, other people's prints go to stderr."""

    def __init__(self) -> None:
        self._out: IO[str] = os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)

    def line(self, kind: str, *values: Any) -> None:
        """One line to the parent."""
        self._out.write(json.dumps([kind, list(values)]) + "\n")
        self._out.flush()

    def __call__(self, stage: str, share: float, eta: float | None) -> None:
        """One sign of life."""
        self.line("progress", stage, share, eta)

    def save(self, state: bytes) -> None:
        """A state to go on from after a kill."""
        self.line("state", b64encode(state).decode())


def work_of(task: Task) -> Callable[[Job, Signal], object]:  # noqa: PLR0911 - a table, one return a task
    """The function of a task, imported only when it is asked for: each brings libraries that the others do without."""
    match task:
        case Task.PROBE:
            from privacy.decoding.probe import probe

            return probe
        case Task.DETECT_VIDEO:
            from privacy.detection.video_pass import detect

            return detect
        case Task.RENDER_VIDEO:
            from privacy.rendering.video_pass import render

            return render
        case Task.DETECT_IMAGE:
            from privacy.detection.image_pass import detect_image

            return detect_image
        case Task.RENDER_IMAGE:
            from privacy.rendering.image_pass import render_image

            return render_image
        case Task.CROP_FACES:
            from privacy.rendering.face_crops import crop_faces

            return crop_faces
        case Task.DRAW_DOCUMENT:
            from privacy.rendering.document import draw_document

            return draw_document
        case Task.DRAW_SCREENSHOT:
            from privacy.rendering.screenshot import draw_screenshot

            return draw_screenshot


def _translate(error: BaseException) -> YiyuanError:
    """What a person can do about a failure of the machine; other errors are ours and stay loud."""
    if isinstance(error, YiyuanError):
        return error
    if isinstance(error, MemoryError) or any(sign in str(error) for sign in _NO_MEMORY):
        failure = _("处理该文件所需内存超过限制：请降低分辨率后重新上传，或由管理员调高 YIYUAN_DECODE_MEMORY_BYTES")
        return Failed(failure)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return Failed(_("磁盘已满，未能写出脱敏文件，没有留下半成品：请清理磁盘后重试"))
    raise error


def _end_with_parent() -> None:
    while os.read(0, 4096):  # the buffered reader would hold a lock while the process ends
        pass
    os._exit(1)


def main() -> Never:
    """Do the job of the first line on stdin; exit 0 when a result or an error was said."""
    job = unpack(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    reporter = Reporter()
    try:
        work = work_of(job.task)  # before the limits: importing opens many files
        apply(job.limits)
        result = work(job, reporter)
        reporter.line("result", str(TypeAdapter(type(result)).dump_json(result).decode()))
    except Exception as error:
        failure = _translate(error)
        reporter.line("error", type(failure).__name__, failure.message, failure.field)
    os._exit(0)  # threads of the decoders would hold the end up


if __name__ == "__main__":
    main()
