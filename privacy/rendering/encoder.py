"""The encoder of pass 2: closed groups of pictures with borders at known frames. Runs in the child only.

Every `length` frames a key frame (IDR) is forced, so that a group encoded alone later fits between the others: the same
settings give the same parameter sets (SPS, PPS), which `privacy.rendering.incremental` checks. annexb=0 makes the
encoder write packets and parameter sets in the form of mp4, so that packets of a file and of the encoder can be mixed.
"""

from fractions import Fraction
from typing import Any, cast

import av
from av.codec.context import Flags, ThreadType
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType, VideoFrame
from av.video.stream import VideoStream

from privacy.decoding.video_frames import Picture
from privacy.types import Detection

#: superfast leaves out the distribution of bits over time, which costs little and saves a fifth of the size.
OPTIONS = {
    "preset": "superfast",
    "crf": "21",
    "rc-lookahead": "20",
    "mbtree": "1",
    "forced-idr": "1",
    "x264-params": "annexb=0:open-gop=0",
}
STEADY = Fraction(1, 90000)  # time base when the source's stamps are of no use
GROUP_SECONDS = 2
FORM = 1  # of groups and digests; another one is not taken over


def length(detection: Detection) -> int:
    """Frames of a group; the last one may have fewer."""
    return max(1, round(float(rate(detection)) * GROUP_SECONDS))


def rate(detection: Detection) -> Fraction:
    """Frames a second, as a fraction with a small divisor."""
    return Fraction(detection.probe.fps).limit_denominator(1001)


def build() -> str:
    """Names the encoder and its settings: groups of another one are not mixed with ours."""
    return f"{FORM} {av.__version__} {av.library_versions['libavcodec']} {GROUP_SECONDS} {sorted(OPTIONS.items())}"


def configure(codec: VideoCodecContext, detection: Detection, origin: VideoStream, base: Fraction) -> None:
    """Size, time base and colours; whoever encodes a group later has to give the same."""
    about = detection.probe
    codec.width, codec.height, codec.pix_fmt = about.width, about.height, "yuv420p"
    codec.time_base, codec.gop_size = base, length(detection) * 2  # forced key frames come first
    codec.thread_type = ThreadType.FRAME  # PyAV's slices wait for one another and for us
    seen = origin.codec_context
    if seen is not None:
        codec.color_range, codec.colorspace = seen.color_range, seen.colorspace
        codec.color_primaries, codec.color_trc = seen.color_primaries, seen.color_trc


def alone(detection: Detection, origin: VideoStream, base: Fraction) -> VideoCodecContext:
    """An encoder for one group, with the settings of the whole film's."""
    codec = av.CodecContext.create("libx264", "w")
    codec.options = dict(OPTIONS)
    codec.framerate = rate(detection)
    configure(codec, detection, origin, base)
    codec.flags |= Flags.global_header
    return codec


def frame_of(picture: Picture, stamp: int, base: Fraction, *, begins: bool) -> VideoFrame:
    """A frame for the encoder. begins: it is the first of its group."""
    frame = VideoFrame.from_ndarray(cast(Any, picture.yuv), format="yuv420p")
    frame.pts, frame.time_base = stamp, base
    if begins:
        frame.pict_type = PictureType.I
    return frame
