"""Frames of a video in order, upright, 8 bits, even sides; one at a time. Runs in the child only."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, cast

import av
import cv2
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame

from privacy.decoding import frame as decoding_frame
from privacy.decoding.container import video_stream
from privacy.geometry import Image
from yiyuan.errors import BadInput
from yiyuan.i18n import _

_PLAIN = ("yuv420p", "yuvj420p")


@dataclass
class Picture:
    """One frame. `yuv` is I420: shape (height * 3 / 2, width); `pts` counts in the stream's time base."""

    index: int
    pts: int | None
    yuv: Image

    @property
    def width(self) -> int:
        """Pixels, even."""
        return int(self.yuv.shape[1])

    @property
    def height(self) -> int:
        """Pixels, even."""
        return int(self.yuv.shape[0] * 2 // 3)

    @property
    def rgb(self) -> Image:
        """Shape (height, width, 3). Made anew each time: a stretch of pictures is held, and this is twice its size."""
        return cast(Image, cv2.cvtColor(self.yuv, cv2.COLOR_YUV2RGB_I420))

    def part(self, left: int, top: int, right: int, bottom: int) -> Image:
        """As `privacy.decoding.frame.Frame.part`: only these pixels are converted."""
        if right <= left or bottom <= top:
            return np.zeros((0, 0, 3), np.uint8)
        x, y, wide, high = left // 2, top // 2, (right + 1) // 2 - left // 2, (bottom + 1) // 2 - top // 2
        u, v = (plane[y : y + high, x : x + wide] for plane in self.chroma())
        grey = self.luma[y * 2 : (y + high) * 2, x * 2 : (x + wide) * 2]
        planes = np.concatenate([grey.reshape(-1), u.reshape(-1), v.reshape(-1)]).reshape(high * 3, wide * 2)
        rgb = cv2.cvtColor(planes, cv2.COLOR_YUV2RGB_I420)
        return cast(Image, rgb[top - y * 2 : bottom - y * 2, left - x * 2 : right - x * 2])

    @property
    def luma(self) -> Image:
        """The Y plane, a view of shape (height, width)."""
        return self.yuv[: self.height]

    @cached_property
    def small(self) -> Image:
        """As `privacy.decoding.frame.Frame.small`."""
        return decoding_frame.small(self.luma)

    def planes(self) -> list[tuple[Image, int]]:
        """The three planes; colour has half the size."""
        u, v = self.chroma()
        return [(self.luma, 1), (u, 2), (v, 2)]

    def chroma(self) -> tuple[Image, Image]:
        """The U and V planes, views of shape (height / 2, width / 2)."""
        flat = self.yuv.reshape(-1)
        size = self.width * self.height
        shape = (self.height // 2, self.width // 2)
        return flat[size : size * 5 // 4].reshape(shape), flat[size * 5 // 4 :].reshape(shape)


class OtherPackets(Protocol):
    """Takes the packets of one more stream, in the order of the file."""

    @property
    def stream(self) -> Stream | None:
        """Which stream."""

    def take(self, packet: "Packet[Any]") -> None:
        """One packet of `stream`."""


def pictures(container: InputContainer, other: OtherPackets | None = None) -> Iterator[Picture]:
    """Every frame. BadInput when the decoder breaks off: a copy with fewer frames is not an answer."""
    video = video_stream(container)
    video.thread_type = "AUTO"
    streams = [video, other.stream] if other and other.stream else [video]
    index = 0
    try:
        for packet in container.demux(*streams):
            if other and packet.stream is not video:
                other.take(packet)
                continue
            for frame in cast(list[VideoFrame], packet.decode()):
                yield Picture(index, frame.pts, _upright(frame))
                index += 1
    except av.error.InvalidDataError as error:
        raise BadInput(_("视频数据损坏，无法逐帧读出：请从原设备重新导出并上传"), field="video") from error


def _upright(frame: VideoFrame) -> Image:
    turns = round(frame.rotation / 90) % 4
    if frame.width % 2 or frame.height % 2:
        # I420 of a picture with an odd side, its last row or column doubled: colour has half the size.
        rgb = np.rot90(frame.to_ndarray(format="rgb24"), turns)
        bottom, right = rgb.shape[0] % 2, rgb.shape[1] % 2
        padded = cv2.copyMakeBorder(np.ascontiguousarray(rgb), 0, bottom, 0, right, cv2.BORDER_REPLICATE)
        return cast(Image, cv2.cvtColor(padded, cv2.COLOR_RGB2YUV_I420))
    plain = frame if frame.format.name in _PLAIN else frame.reformat(format="yuv420p")
    picture = Picture(0, None, np.ascontiguousarray(plain.to_ndarray()))
    if not turns:
        return picture.yuv
    planes = [np.rot90(plane, turns) for plane in (picture.luma, *picture.chroma())]
    return np.concatenate([plane.reshape(-1) for plane in planes]).reshape(-1, planes[0].shape[1])
