"""The parent's side: run one job in a child process with limits, pass its progress on, raise its errors."""

import queue
import subprocess
import sys
import threading
import time
from base64 import b64decode
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO

from pydantic import TypeAdapter, ValidationError
from structlog import get_logger

from privacy.job import Job, Line, Progress, pack
from yiyuan import errors
from yiyuan.errors import Failed, YiyuanError
from yiyuan.i18n import _

log = get_logger()
_LINE = TypeAdapter(Line)
_ERRORS: dict[str, type[YiyuanError]] = {name: getattr(errors, name) for name in ("BadInput", "Failed", "Missing")}


def run(job: Job, progress: Progress, keep: Callable[[bytes], None] | None = None) -> str:
    """The child's result as JSON. keep: takes each state the child could go on from.

    Raises what the child raised (BadInput, Failed), Failed when it died, overran its time or fell silent, and whatever
    `progress` raises; in each case the child is gone when this returns.
    """
    with _started(job) as process:
        assert process.stdout and process.stderr
        lines = _reader(process.stdout)
        noise = _drain(process.stderr)
        for line in _until_end(lines, job):
            if line.kind == "progress":
                progress(*line.values)
            elif line.kind == "state":
                if keep:
                    keep(b64decode(line.values[0]))
            elif line.kind == "result":
                return str(line.values[0])
            else:
                name, message, field = line.values
                raise _ERRORS[name](message, field=field)
        code = process.wait()
    log.warning("privacy.child_died", task=job.task, code=code, last=list(noise)[-5:])
    message = _("处理文件的子进程异常结束（代码 {code}）：请重试；若仍失败，请转码为 H.264 的 mp4 再上传")
    raise Failed(message.format(code=code))


@contextmanager
def _started(job: Job) -> Iterator["subprocess.Popen[bytes]"]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "privacy.isolation.worker"]
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe)  # noqa: S603 our own module
    try:
        assert process.stdin
        with suppress(BrokenPipeError):  # it died at once: the end of its output says so
            process.stdin.write(pack(job))
            process.stdin.flush()  # stays open: its end tells the child that the parent is gone
        yield process
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                with suppress(BrokenPipeError):  # what it was not given any more
                    stream.close()


def _reader(stream: IO[bytes]) -> "queue.Queue[bytes]":
    lines: queue.Queue[bytes] = queue.Queue()

    def read() -> None:
        for line in iter(stream.readline, b""):
            lines.put(line)
        lines.put(b"")

    threading.Thread(target=read, daemon=True).start()
    return lines


def _drain(stream: IO[bytes]) -> deque[str]:
    """The last words of the child; libraries name codecs there, never content."""
    last: deque[str] = deque(maxlen=20)

    def read() -> None:
        for line in iter(stream.readline, b""):
            last.append(line.decode(errors="replace").rstrip())

    threading.Thread(target=read, daemon=True).start()
    return last


def _until_end(lines: "queue.Queue[bytes]", job: Job) -> Iterator[Line]:
    end = time.monotonic() + job.limits.wall
    while True:
        left = min(job.limits.silent, end - time.monotonic())
        try:
            line = lines.get(timeout=max(left, 0.001))
        except queue.Empty:
            raise Failed(_("处理超过时限，已停止：请把视频剪短或转码为 H.264 的 mp4 后重试")) from None
        if not line:
            return
        try:
            yield _LINE.validate_json(line)
        except ValidationError:  # killed in the middle of a line
            log.warning("privacy.child_cut_off", task=job.task, bytes=len(line))
            return
