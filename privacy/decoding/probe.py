"""What a video file is, and whether all of it is there. Runs in the child only."""

import time
from dataclasses import dataclass

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from privacy.decoding.container import opened, video_stream
from privacy.job import Job, Progress
from privacy.types import Probe
from yiyuan.errors import BadInput
from yiyuan.i18n import _
from yiyuan.settings import settings

#: A video may end a little before its container says (audio is longer, edit lists); more than this is cut off.
SLACK_SHARE, SLACK_FRAMES, SLACK_SECONDS = 0.02, 2, 1.5


@dataclass
class _Scan:
    """What reading every packet showed."""

    packets: int = 0
    broken: bool = False
    end: float = 0.0


def probe(job: Job, progress: Progress) -> Probe:
    """Read the header and every packet of `job.source`.

    BadInput: empty, not a video, a playlist, no picture, truncated, too long, too large, a codec we do not take.
    """
    with opened(job.source) as container:
        stream = video_stream(container)
        _check_length(_stated(container, stream))
        scan = _scan(container, stream, progress)
        stated = _stated(container, stream)
        missing = stream.frames - scan.packets
        cut = missing > SLACK_FRAMES + SLACK_SHARE * stream.frames
        short = 0 < scan.end < stated * (1 - SLACK_SHARE) - SLACK_SECONDS and not stream.frames
        if scan.broken or not scan.packets or cut or short:
            raise BadInput(_("视频不完整（没有传完或被截断）：请从原设备重新导出并上传"), field="video")
        return _describe(container, stream, scan)


def _stated(container: InputContainer, stream: VideoStream) -> float:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / av.time_base if container.duration else 0.0


def _check_length(seconds: float) -> None:
    limit = settings().video_max_seconds
    if seconds > limit:
        message = _("视频长 {minutes} 分钟，超过上限 {limit} 分钟：请剪短后再上传")
        raise BadInput(message.format(minutes=round(seconds / 60), limit=round(limit / 60)), field="video")


def _scan(container: InputContainer, stream: VideoStream, progress: Progress) -> _Scan:
    scan, start, reported = _Scan(), float((stream.start_time or 0) * (stream.time_base or 0)), time.monotonic()
    try:
        for packet in container.demux(stream):
            if not packet.size:
                continue
            scan.packets += 1
            scan.broken = packet.is_corrupt
            if packet.pts is not None and packet.time_base:
                scan.end = max(scan.end, float((packet.pts + (packet.duration or 0)) * packet.time_base) - start)
                _check_length(scan.end)
            if time.monotonic() - reported > 5:
                reported = time.monotonic()
                progress("probe", 0.5, None)
    except av.error.FFmpegError:
        scan.broken = True
    return scan


def _describe(container: InputContainer, stream: VideoStream, scan: _Scan) -> Probe:
    codec = stream.codec_context
    audio = next(iter(container.streams.audio), None)
    rate = float(stream.average_rate or stream.guessed_rate or 25)
    return Probe(
        container=container.format.name,
        video_codec=codec.name if codec else "",
        audio_codec=audio.codec_context.name if audio and audio.codec_context else None,
        seconds=round(scan.end or _stated(container, stream) or scan.packets / rate, 6),
        frames=stream.frames or None,
        width=stream.width,
        height=stream.height,
        fps=rate,
        has_audio=audio is not None,
        has_subtitles=bool(container.streams.subtitles),
    )
