"""What a rendered film remembers of itself, so that the next rendering can take over what did not change.

A group is a run of frames that can be decoded without any other: it begins with a key frame (IDR) at a known number,
and no frame outside it refers into it. Nothing here is patient data, but `Group.seen` is a sum of the source's pixels:
keep it sealed beside the detection.
"""

import zlib
from dataclasses import dataclass, replace
from typing import Literal, Self

from pydantic import TypeAdapter

How = Literal["none", "copied", "converted"]
SoundFrom = Literal["none", "former", "source"]


@dataclass(frozen=True)
class AudioSource:
    """What sound went in. seconds: from the first to the end of the last packet; digest: of all copied payloads."""

    how: How
    seconds: float
    digest: str
    packets: int


@dataclass(frozen=True)
class Group:
    """Frames `first` to `first + frames - 1`. cover: digest of every box in them and of the kind of mask.

    seen: checksum of the source's pixels as they were decoded; packets: sha256 of the encoded payloads.
    """

    first: int
    frames: int
    cover: str
    seen: int
    packets: str = ""

    def with_packets(self, digest: str) -> "Group":
        """The same group with what was encoded."""
        return replace(self, packets=digest)


@dataclass(frozen=True)
class Rendering:
    """source: `Source.identity`; encoder: build and settings; zero: the source's time stamp of the first frame.

    sound: digest of what was changed in the sound; heard: of the written sound packets; sha256: of the written file.
    """

    source: str
    encoder: str
    zero: int
    seconds: float
    groups: list[Group]
    sound: str
    audio_source: AudioSource
    heard: str
    sha256: str

    def to_bytes(self) -> bytes:
        """Compressed JSON, for `from_bytes`."""
        return zlib.compress(TypeAdapter(Rendering).dump_json(self))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The rendering that `to_bytes` wrote; ValueError or zlib.error for anything else."""
        return TypeAdapter(cls).validate_json(zlib.decompress(data))


@dataclass(frozen=True)
class PreviousRender:
    """A film rendered earlier from the same source: where it lies and what it remembers."""

    path: str
    rendering: Rendering


@dataclass(frozen=True)
class RenderStats:
    """What a rendering did. why: the reason, Chinese, when there was a former film and it could not be used.

    groups: numbers (from 0) of the groups that were encoded, of `of`; frames: encoded; decoded: frames of the source
    that were decoded; sound: copied from the former film, or made from the source.
    """

    of: int
    groups: list[int]
    frames: int
    decoded: int
    sound: SoundFrom
    why: str = ""
