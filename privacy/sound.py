"""The sound of the output: AAC packets are copied as they are, anything else, and what is bleeped, becomes AAC."""

import hashlib
from dataclasses import dataclass
from typing import Any, Literal, cast

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from numpy.typing import NDArray

from privacy.bleep import Bleeper
from privacy.container import video_stream
from yiyuan.errors import BadInput
from yiyuan.texts import _

How = Literal["none", "copied", "converted"]
#: Containers whose AAC packets fit into mp4 as they are (a transport stream frames each packet).
_FITTING = ("mov", "matroska", "flv")


@dataclass(frozen=True)
class Told:
    """What went in. seconds: from the first to the end of the last packet; digest: of all copied payloads."""

    how: How
    seconds: float
    digest: str
    packets: int


class Sound:
    """Takes the packets of the first audio stream."""

    def __init__(
        self, source: InputContainer, target: OutputContainer, bleeps: list[tuple[float, float]], *, retimed: bool
    ) -> None:
        self.stream = next(iter(source.streams.audio), None)
        self._target = target
        self._retimed = retimed
        self._bleeps = bleeps
        self._bleeper: Bleeper | None = None
        self._source = source
        self._out: AudioStream | None = None
        self._how: How = "none"
        self._resampler: AudioResampler | None = None
        self._first = self._end = 0.0
        self._digest, self._packets = hashlib.sha256(), 0
        if self.stream is not None:
            self._begin(self.stream)

    def _begin(self, stream: AudioStream) -> None:
        fits = self._source.format.name.startswith(_FITTING)
        codec = stream.codec_context
        if codec is None or not codec.sample_rate:
            self.stream = None  # a track that announces no sound
        elif codec.name in ("aac", "aac_latm") and fits and not self._bleeps:
            self._how, self._out = "copied", self._target.add_stream_from_template(stream)
        else:
            rate = codec.sample_rate if codec.sample_rate in (16000, 22050, 32000, 44100, 48000) else 48000
            layout = "mono" if codec.layout.nb_channels == 1 else "stereo"
            self._how, self._out = "converted", self._target.add_stream("aac", rate=rate, layout=layout)
            self._resampler = AudioResampler(format="fltp", layout=layout, rate=rate)
            self._bleeper = Bleeper(self._bleeps, rate)
        if self._out is not None:
            self._out.metadata.clear()

    def take(self, packet: "Packet[Any]") -> None:
        """One packet, in the order of the file. BadInput when it cannot be decoded."""
        if packet.size:
            self._count(packet)
        if self._how == "copied" and packet.size:
            self._copy(packet)
        elif self._how == "converted":
            self._convert(packet)

    def _count(self, packet: "Packet[Any]") -> None:
        base = packet.time_base
        if packet.pts is not None and base:
            begin = float(packet.pts * base)
            self._first = begin if not self._packets else min(self._first, begin)
            self._end = max(self._end, begin + float((packet.duration or 0) * base))
        self._packets += 1

    def _copy(self, packet: "Packet[Any]") -> None:
        self._digest.update(bytes(packet))
        shift = self._shift(packet)
        packet.pts = packet.pts - shift if packet.pts is not None else None
        packet.dts = packet.dts - shift if packet.dts is not None else None
        packet.stream = self._out
        self._target.mux(packet)

    def _shift(self, packet: "Packet[Any]") -> int:
        """Stamps count from the first picture, so that sound and picture keep their distance."""
        picture = video_stream(self._source)
        start = float((picture.start_time or 0) * (picture.time_base or 0))
        if self._retimed:
            start = self._first
        return round(start / packet.time_base) if packet.time_base else 0

    def _convert(self, packet: "Packet[Any]") -> None:
        assert self._resampler and self._out
        shift = self._shift(packet)
        try:
            frames = cast(list[AudioFrame], packet.decode())
        except av.error.InvalidDataError as error:
            raise BadInput(_("视频的声音数据损坏，无法读出：请从原设备重新导出并上传"), field="video") from error
        for frame in frames:
            if frame.pts is not None:
                frame.pts -= shift
            self._encode(self._resampler.resample(frame))

    def end(self) -> None:
        """Write what the converter still holds."""
        if self._how == "converted":
            assert self._resampler and self._out
            self._encode(self._resampler.resample(None))
            self._target.mux(self._out.encode(None))

    def _encode(self, pieces: list[AudioFrame]) -> None:
        assert self._out
        for piece in pieces:
            self._target.mux(self._out.encode(self._bleeped(piece) if self._bleeps else piece))

    def _bleeped(self, piece: AudioFrame) -> AudioFrame:
        assert self._bleeper
        start = float((piece.pts or 0) * (piece.time_base or 0))
        samples = self._bleeper.over(cast(NDArray[np.float32], piece.to_ndarray()), start)
        bleeped = AudioFrame.from_ndarray(samples, format="fltp", layout=piece.layout.name)
        bleeped.sample_rate, bleeped.pts, bleeped.time_base = piece.sample_rate, piece.pts, piece.time_base
        return bleeped

    def told(self) -> Told:
        """What went in, for the comparison."""
        return Told(self._how, self._end - self._first, self._digest.hexdigest(), self._packets)
