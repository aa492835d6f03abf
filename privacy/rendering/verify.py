"""Whether the output is whole: the same frames, length and sound as the source. Runs in the child only."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import av
from av.container import InputContainer
from av.video.frame import VideoFrame

from privacy.segments import AudioSource
from privacy.types import Detection, Verified
from yiyuan.errors import Failed
from yiyuan.i18n import _

#: Rounding of time stamps between time bases, and the filling of the last AAC packet.
PICTURE_SLACK, SOUND_SLACK = 0.02, 0.15


@dataclass(frozen=True)
class Written:
    """What pass 2 gave to the encoder. seconds: from the first to the last frame."""

    frames: int
    seconds: float
    sound: AudioSource


@dataclass
class _Read:
    frames: int = 0
    first: float = 0.0
    last: float = 0.0
    sound_seconds: float = 0.0
    sound_digest: str = ""
    codecs: tuple[str, ...] = ()


def verify(detection: Detection, path: Path, written: Written) -> Verified:
    """Decode `path` and compare. Failed, saying what differs; the caller removes the file."""
    with av.open(str(path)) as container:
        read = _read(container)
    _same(_("帧数"), detection.frames, written.frames, 0)
    _same(_("帧数"), written.frames, read.frames, 0)
    _same(_("画面时长"), written.seconds, read.last - read.first, PICTURE_SLACK)
    _same(_("声音时长"), written.sound.seconds, read.sound_seconds, SOUND_SLACK)
    copied = written.sound.how == "copied"
    if copied and read.sound_digest != written.sound.digest:
        raise Failed(_("脱敏后的声音与原片不一致，结果已丢弃：请重试"))
    wanted = ("h264",) if written.sound.how == "none" else ("h264", "aac")
    if read.codecs != wanted:
        raise Failed(_("脱敏后的编码不是 H.264/AAC，结果已丢弃：请重试"))
    return Verified(
        frames_in=detection.frames,
        frames_out=read.frames,
        seconds_in=round(written.seconds, 3),
        seconds_out=round(read.last - read.first, 3),
        audio_seconds_in=round(written.sound.seconds, 3),
        audio_seconds_out=round(read.sound_seconds, 3),
        audio_packets_equal=copied,
        sha256=_sha256(path),
    )


def _same(what: str, before: float, after: float, slack: float) -> None:
    if abs(before - after) > slack:
        message = _("脱敏后的{what}与原片不一致（{before} 变为 {after}），已丢弃：请重试，或转码为 H.264 的 mp4 再上传")
        raise Failed(message.format(what=what, before=round(before, 3), after=round(after, 3)))


def _read(container: InputContainer) -> _Read:
    read, digest = _Read(), hashlib.sha256()
    video = container.streams.video[0]
    video.thread_type = "AUTO"
    video.codec_context.options = {"skip_loop_filter": "all"}  # smooths what is shown; nothing is shown here
    begin = end = None
    for packet in container.demux(*container.streams.video, *container.streams.audio):
        if packet.stream is video:
            for frame in cast(list[VideoFrame], packet.decode()):
                seconds = float((frame.pts or 0) * (frame.time_base or 0))
                read.first = seconds if not read.frames else read.first
                read.last, read.frames = seconds, read.frames + 1
        elif packet.size and packet.pts is not None:
            digest.update(bytes(packet))
            begin = float(packet.pts * packet.time_base) if begin is None else begin
            end = float((packet.pts + (packet.duration or 0)) * packet.time_base)
    read.sound_seconds = (end or 0.0) - (begin or 0.0)
    read.sound_digest = digest.hexdigest()
    read.codecs = tuple(stream.codec_context.name for stream in container.streams if stream.codec_context)
    return read


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
