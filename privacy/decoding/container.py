"""Opening a foreign container: few demuxers, no second file, clear refusals. Runs in the child only."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, Never

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from privacy.source import Source
from yiyuan.errors import BadInput, Failed
from yiyuan.i18n import _
from yiyuan.settings import settings

DEMUXERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,asf"
# fmt: off
DECODERS = frozenset((
    "h264", "hevc", "av1", "libdav1d", "vp8", "vp9", "libvpx", "libvpx-vp9", "mpeg4", "mpeg2video", "mpeg1video",
    "mjpeg", "h263", "flv", "prores", "dnxhd", "msmpeg4", "msmpeg4v2", "wmv1", "wmv2", "wmv3", "vc1", "rawvideo",
))
# fmt: on
_PLAYLISTS = (b"#EXTM3U", b"ffconcat", b"<MPD", b"[playlist]", b"<smil", b"v=0\r\n", b"v=0\n")


def _refuse_second_file(url: str, flags: int, options: dict[str, Any]) -> Never:
    raise OSError("a container may not open other files")


@contextmanager
def opened(source: Source) -> Iterator[InputContainer]:
    """The container of a source. BadInput when it is no video file we take."""
    try:
        file = source.open()
    except FileNotFoundError:
        raise Failed(_("素材文件不在了：请联系管理员从备份恢复，或重新上传")) from None
    with file:
        size = file.seek(0, 2)
        file.seek(0)
        limit = settings().upload_max_bytes
        if size > limit:
            raise BadInput(_("文件超过 {limit} MB：请压缩或剪短后再上传").format(limit=limit // 1024**2), field="video")
        head = file.read(4096)
        file.seek(0)
        if not head:
            raise BadInput(_("文件是空的（0 字节）：请重新选择文件上传"), field="video")
        text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
        if text.startswith(_PLAYLISTS) or b"<MPD" in head[:1024]:
            raise BadInput(_("这是播放列表（m3u8、mpd、concat 等），不是视频文件：请上传视频文件本身"), field="video")
        with _container(file) as container:
            yield container


def _container(file: BinaryIO) -> InputContainer:
    options = {"format_whitelist": DEMUXERS, "protocol_whitelist": "none"}
    try:
        return av.open(file, "r", container_options=options, io_open=_refuse_second_file, metadata_errors="replace")
    except av.error.FFmpegError as error:
        file.seek(0)
        if file.read(12)[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
            raise BadInput(_("视频不完整（没有传完或被截断）：请从原设备重新导出并上传"), field="video") from error
        raise BadInput(_("这不是可识别的视频文件：请上传 mp4、mov、mkv 或 webm"), field="video") from error


def video_stream(container: InputContainer) -> VideoStream:
    """The picture of a container; covers of music files do not count. BadInput when there is none we decode."""
    cover = av.stream.Disposition.attached_pic
    streams = [stream for stream in container.streams.video if not stream.disposition & cover]
    if not streams:
        raise BadInput(_("文件里没有视频画面（只有声音或数据）：请上传带画面的视频"), field="video")
    codec = streams[0].codec_context
    if codec is None or codec.name not in DECODERS:
        raise BadInput(_("不支持该视频的编码：请转码为 H.264 的 mp4 再上传"), field="video")
    if codec.width * codec.height > settings().video_max_pixels:
        message = _("画面尺寸 {width}×{height} 超过上限：请降低分辨率再上传")
        raise BadInput(message.format(width=codec.width, height=codec.height), field="video")
    if not codec.width or not codec.height:
        raise BadInput(_("视频头信息损坏，读不出画面尺寸：请从原设备重新导出"), field="video")
    return streams[0]
