"""What the package hands out: plain frozen values that survive a process border and a sealed file.

Pixels count from the top left corner of the picture as it is shown (rotation flags applied), times are seconds from
the first frame, frames count from 0.
"""

import zlib
from dataclasses import dataclass, field
from typing import ClassVar, Self

from pydantic import ConfigDict, TypeAdapter

from privacy.segments import Rendering, RenderStats
from yiyuan.codes import SceneWatch, SpeechCheck
from yiyuan.i18n import _

#: Whether private parts were looked for: yes; no, switched off by a setting; no, the detector could not be loaded.


def kind_name(kind: str) -> str:
    """The Chinese word for a kind of identifier."""
    return {
        "name": _("姓名"), "resident_id": _("身份证号"), "mobile": _("手机号"), "landline": _("座机号"),
        "record_number": _("病历号"), "bed": _("床号"), "insurance": _("医保号"), "bank_card": _("银行卡号"),
        "passport": _("护照号"), "plate": _("车牌号"), "address": _("住址"), "birth_date": _("出生日期"),
        "email": _("电子邮箱"), "wechat": _("微信号"), "qr_code": _("二维码"), "quasi": _("可推断身份的组合信息"),
    }.get(kind, kind)  # fmt: skip


def unlooked(watch: SceneWatch) -> str:
    """Why nothing looked for private parts, Chinese; "" when something did."""
    return "" if watch == SceneWatch.LOOKED else SceneWatch.of(watch).label


@dataclass(frozen=True)
class Box:
    """A rectangle of whole pixels."""

    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True)
class TextHit:
    """One identifier in a text. `start` and `end` are offsets in the original; `excerpt` never shows it in full.

    `doubt`: why a person should look (a check digit that fails, a guess by surname only), Chinese; "" if none.
    """

    kind: str
    start: int
    end: int
    excerpt: str
    replacement: str
    doubt: str = ""


@dataclass(frozen=True)
class Redaction:
    """A text without its identifiers. `new_spans[i]` is where `hits[i].replacement` stands in `text`."""

    text: str
    hits: list[TextHit]
    new_spans: list[tuple[int, int]]


@dataclass(frozen=True)
class FaceTrack:
    """One face through one shot, a box for each of its frames, gaps filled and both ends padded.

    `score` is the best detection's, 0 to 1. `face_png` is a crop for the submitter's sheet: patient data, keep it
    sealed.
    """

    number: int
    first_frame: int
    last_frame: int
    first_seconds: float
    last_seconds: float
    score: float
    doubt: str
    proposed: bool
    boxes: list[tuple[int, Box]]
    face_png: bytes

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")


@dataclass(frozen=True)
class ScreenHit:
    """One identifier shown in the picture. `box` encloses all its places; between the key frames `boxes` it moves."""

    kind: str
    text_excerpt: str
    first_seconds: float
    last_seconds: float
    box: Box
    first_frame: int = 0
    last_frame: int = 0
    boxes: list[tuple[int, Box]] = field(default_factory=list)


@dataclass(frozen=True)
class SceneHit:
    """A scene that a person must look at (kind nudity). `note` says why, Chinese; it never passes by itself."""

    kind: str
    first_seconds: float
    last_seconds: float
    score: float
    note: str


@dataclass(frozen=True)
class SpokenHit:
    """An identifier that subtitles show to be said; it is bleeped from `first_seconds` to `last_seconds`."""

    kind: str
    text_excerpt: str
    first_seconds: float
    last_seconds: float


@dataclass(frozen=True)
class HandBox:
    """A box that a person drew over a time span; it is covered."""

    box: Box
    first_seconds: float
    last_seconds: float


@dataclass(frozen=True)
class Probe:
    """What a container says and what reading it through confirmed. `frames` None: the container does not say."""

    container: str
    video_codec: str
    audio_codec: str | None
    seconds: float
    frames: int | None
    width: int
    height: int
    fps: float
    has_audio: bool
    has_subtitles: bool


@dataclass(frozen=True)
class Verified:
    """What was compared after rendering; a report exists only when all of it held."""

    frames_in: int
    frames_out: int
    seconds_in: float
    seconds_out: float
    audio_seconds_in: float
    audio_seconds_out: float
    audio_packets_equal: bool
    sha256: str


@dataclass(frozen=True)
class Detection:
    """Pass 1: all that pass 2 needs beside the source. Holds face crops and excerpts: keep it sealed.

    speech: silent (no sound), subtitled (identifiers in subtitles are bleeped) or unchecked: a person must listen.
    scene_watch: looked (`scenes` is what was found), off or missing: nothing looked for private parts, a person must.
    """

    probe: Probe
    frames: int
    tracks: list[FaceTrack]
    screen_hits: list[ScreenHit]
    shots: list[int]
    retimed: bool
    profile: str
    stage_seconds: dict[str, float]
    scenes: list[SceneHit] = field(default_factory=list)
    spoken: list[SpokenHit] = field(default_factory=list)
    speech: SpeechCheck = SpeechCheck.UNCHECKED
    scene_watch: SceneWatch = SceneWatch.LOOKED

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    def to_bytes(self) -> bytes:
        """Compressed JSON, for `from_bytes`."""
        return zlib.compress(TypeAdapter(Detection).dump_json(self))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The detection that `to_bytes` wrote; ValueError or zlib.error for anything else."""
        return TypeAdapter(cls).validate_json(zlib.decompress(data))


@dataclass(frozen=True)
class VideoReport:
    """What was masked, what was kept, and that the output is whole.

    voices: spans, seconds, in which the voice was changed because a person asked for it.
    rendering: for the next rendering of the same film (None: it cannot be taken over); work: what was encoded.
    """

    probe: Probe
    tracks: list[FaceTrack]
    screen_hits: list[ScreenHit]
    verified: Verified
    stage_seconds: dict[str, float]
    kept: list[int] = field(default_factory=list)
    scenes: list[SceneHit] = field(default_factory=list)
    spoken: list[SpokenHit] = field(default_factory=list)
    speech: SpeechCheck = SpeechCheck.UNCHECKED
    scene_watch: SceneWatch = SceneWatch.LOOKED
    voices: list[tuple[float, float]] = field(default_factory=list)
    rendering: Rendering | None = None
    work: RenderStats | None = None

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")


@dataclass(frozen=True)
class Picture:
    """An encoded picture (JPEG unless said otherwise) of bare pixels, and its size in pixels."""

    content: bytes
    width: int
    height: int

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")


#: Pages shown, and their width in pixels: A4 at about 120 dots an inch, so that handwriting can be read.
DOCUMENT_PAGES, DOCUMENT_WIDTH = 8, 1000


@dataclass(frozen=True)
class Paper:
    """One JPEG of all pages below each other; `shown` of `pages` are on it."""

    jpeg: bytes
    shown: int
    pages: int

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")


CROPS_PER_TRACK, CROP_SIDE = 6, 112


@dataclass(frozen=True)
class Strip:
    """Crops of CROP_SIDE x CROP_SIDE pixels in one row, `frames[i]` is where crop i was taken."""

    number: int
    frames: list[int]
    jpeg: bytes

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")


@dataclass(frozen=True)
class Strips:
    """One strip for every track of a detection."""

    strips: list[Strip]

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")
