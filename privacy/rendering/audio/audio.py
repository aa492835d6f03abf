"""The sound of the output: AAC packets are copied as they are, anything else, and what is changed, becomes AAC."""

import hashlib
from fractions import Fraction
from typing import Any, cast

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from numpy.typing import NDArray

from privacy.decoding.container import video_stream
from privacy.job import Job
from privacy.rendering.audio.bleep import Bleeper
from privacy.rendering.audio.voice_anonymiser import VoiceChanger
from privacy.segments import AudioSource, How
from yiyuan.errors import BadInput
from yiyuan.i18n import _

LAST_SECONDS = 0.2  # a span that ends so near to the end of the film means its end
#: Containers whose AAC packets fit into mp4 as they are (a transport stream frames each packet).
_FITTING = ("mov", "matroska", "flv")


def bleeps(job: Job) -> list[tuple[float, float]]:
    """The spans that are bleeped, seconds."""
    return [(hit.first_seconds, hit.last_seconds) for hit in job.detection.spoken] if job.detection else []


def voices(job: Job) -> list[tuple[float, float]]:
    """The spans in which the voice is changed, seconds. One that reaches an end of the film reaches beyond it: sound

    may begin before the first picture and go on after the last.
    """
    whole = job.detection.probe.seconds if job.detection else 0.0
    return [
        (begin if begin > 0 else float("-inf"), end if end < whole - LAST_SECONDS else float("inf"))
        for begin, end in job.decided.voices
    ]


def changes(job: Job) -> str:
    """Digest of all that is changed in the sound; the same digest for the same source means the same sound."""
    return hashlib.sha256(repr((bleeps(job), sorted(job.decided.voices))).encode()).hexdigest()


class Sound:
    """Takes the packets of the first audio stream."""

    def __init__(self, source: InputContainer, target: OutputContainer, job: Job) -> None:
        assert job.detection
        self.stream = next(iter(source.streams.audio), None)
        self._target = target
        self._retimed = job.detection.retimed
        self._bleeps, self._voices = bleeps(job), voices(job)
        self._bleeper: Bleeper | None = None
        self._changer: VoiceChanger | None = None
        self._source = source
        self._out: AudioStream | None = None
        self._how: How = "none"
        self._rate = 0
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
        elif codec.name in ("aac", "aac_latm") and fits and not (self._bleeps or self._voices):
            self._how, self._out = "copied", self._target.add_stream_from_template(stream)
        else:
            rate = codec.sample_rate if codec.sample_rate in (16000, 22050, 32000, 44100, 48000) else 48000
            layout = "mono" if codec.layout.nb_channels == 1 else "stereo"
            self._how, self._out = "converted", self._target.add_stream("aac", rate=rate, layout=layout)
            self._resampler = AudioResampler(format="fltp", layout=layout, rate=rate)
            self._bleeper = Bleeper(self._bleeps, rate)
            self._changer = VoiceChanger(self._voices, rate) if self._voices else None
            self._rate = rate
        if self._out is not None:
            self._out.metadata.clear()

    def take(self, packet: "Packet[Any]") -> None:
        """One packet, in the order of the file. BadInput when it cannot be decoded."""
        if packet.size:
            self._count(packet)
        if self._how == "copied" and packet.size:
            self._digest.update(bytes(packet))
            shift = self._shift(packet)
            packet.pts = packet.pts - shift if packet.pts is not None else None
            packet.dts = packet.dts - shift if packet.dts is not None else None
            packet.stream = self._out
            self._target.mux(packet)
        elif self._how == "converted":
            self._convert(packet)

    def _count(self, packet: "Packet[Any]") -> None:
        base = packet.time_base
        if packet.pts is not None and base:
            begin = float(packet.pts * base)
            self._first = begin if not self._packets else min(self._first, begin)
            self._end = max(self._end, begin + float((packet.duration or 0) * base))
        self._packets += 1

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
            if self._changer:
                self._write(self._changer.flush())
            self._target.mux(self._out.encode(None))

    def _encode(self, pieces: list[AudioFrame]) -> None:
        assert self._out
        for piece in pieces:
            if not (self._bleeps or self._changer):
                self._target.mux(self._out.encode(piece))
                continue
            samples = cast(NDArray[np.float32], piece.to_ndarray())
            place = round((piece.pts or 0) * (piece.time_base or 0) * self._rate)
            self._write(self._changer.push(samples, place) if self._changer else [(place, samples)])

    def _write(self, pieces: list[tuple[int, NDArray[np.float32]]]) -> None:
        """Bleeps come last: they are heard inside a changed voice as well. Places count samples of the film."""
        assert self._out and self._bleeper
        for place, samples in pieces:
            bleeped = np.ascontiguousarray(self._bleeper.over(samples, place / self._rate))
            frame = AudioFrame.from_ndarray(bleeped, format="fltp", layout="mono" if len(bleeped) == 1 else "stereo")
            frame.sample_rate, frame.pts, frame.time_base = self._rate, place, Fraction(1, self._rate)
            self._target.mux(self._out.encode(frame))

    def audio_source(self) -> AudioSource:
        """What went in, for the comparison."""
        return AudioSource(self._how, self._end - self._first, self._digest.hexdigest(), self._packets)


class KeptSound:
    """Takes the sound of a former film over, packet by packet."""

    def __init__(self, former: InputContainer, target: OutputContainer, audio_source: AudioSource) -> None:
        stream = next(iter(former.streams.audio), None)
        self._audio_source, self._target = audio_source, target
        self._out = target.add_stream_from_template(stream) if stream is not None else None
        if self._out is not None:
            self._out.metadata.clear()

    def former(self, packet: "Packet[Any]") -> None:
        """One packet of the former film."""
        packet.stream = self._out
        self._target.mux(packet)

    def until(self, seconds: float) -> None:
        """Nothing to do: the former film is in order."""

    def end(self) -> None:
        """Nothing is held back."""

    def audio_source(self) -> AudioSource:
        """As the former film's record states it."""
        return self._audio_source


class NewSound:
    """Makes the sound anew from the source, in step with the picture."""

    def __init__(self, source: InputContainer, target: OutputContainer, job: Job) -> None:
        self._sound = Sound(source, target, job)
        self._left = source.demux(self._sound.stream) if self._sound.stream is not None else iter(())
        self._seconds = float("-inf")

    def former(self, packet: "Packet[Any]") -> None:
        """The former film's sound is left out."""

    def until(self, seconds: float) -> None:
        """Write the sound up to a time of the film."""
        while self._seconds < seconds:
            packet = next(self._left, None)
            if packet is None:
                self._seconds = float("inf")
                return
            self._sound.take(packet)
            if packet.dts is not None and packet.time_base:
                self._seconds = float(packet.dts * packet.time_base)

    def end(self) -> None:
        """Write the rest."""
        self.until(float("inf"))
        self._sound.end()

    def audio_source(self) -> AudioSource:
        """What went in."""
        return self._sound.audio_source()
