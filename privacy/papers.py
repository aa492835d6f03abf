"""The door for scanned papers (signed consents): what a person may look at is drawn anew, never the file itself."""

from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict, TypeAdapter

from privacy import child, limits
from privacy.jobs import Job
from privacy.source import Source
from privacy.video import quiet

#: Pages shown, and their width in pixels: A4 at about 120 dots an inch, so that handwriting can be read.
MOST, WIDTH = 8, 1000


@dataclass(frozen=True)
class Paper:
    """One JPEG of all pages below each other; `shown` of `pages` are on it."""

    jpeg: bytes
    shown: int
    pages: int

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")


def picture(source: Source) -> Paper:
    """BadInput when the file is no picture or PDF we take, damaged or encrypted; Failed on time or memory."""
    return TypeAdapter(Paper).validate_json(child.run(Job("paper", source, limits.reading(120)), quiet))
