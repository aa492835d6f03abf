"""Where an identifier stands that a person decides about, and the key that names it in forms, entries and digests.

The columns of IdentifierChoice hold the place. Its key is built and read here and nowhere else. Signatures cover keys,
so their form may not change: {field}:{start}-{end}, screen:{index}, screen:{digest}:{index}, voice:{first}-{last}.
"""

import re
from dataclasses import asdict, dataclass
from typing import Any, Self

from yiyuan.models import IdentifierChoice, VoiceChange

#: IdentifierChoice.place_kind.
TEXT, SCREEN, ATTACHMENT = "text", "screen", "attachment"
#: Digits of an attachment's sha256 that name it.
DIGITS = 16
_TEXT_KEY = re.compile(r"(?P<field>[a-z_]+(?:\.[a-z0-9_]+)*):(?P<start>\d{1,9})-(?P<end>\d{1,9})")


@dataclass(frozen=True)
class IdentifierPlace:
    """place_kind text: characters `start` to `end` (exclusive) of the field's original text. screen: the identifier
    number `detection_index` (from 0) that was found in the film. attachment: the same in the attached file whose
    sha256 begins with `asset_digest`.
    """

    place_kind: str
    field: str = ""
    asset_digest: str = ""
    start: int | None = None
    end: int | None = None
    detection_index: int | None = None

    @classmethod
    def in_text(cls, field: str, start: int, end: int) -> Self:
        """A stretch of an original text; `field` is a name of `review.items.originals.parts`."""
        return cls(TEXT, field=field, start=start, end=end)

    @classmethod
    def on_screen(cls, detection_index: int) -> Self:
        """An identifier in the film."""
        return cls(SCREEN, detection_index=detection_index)

    @classmethod
    def in_attachment(cls, sha256: str, detection_index: int) -> Self:
        """An identifier in an attached picture or PDF."""
        return cls(ATTACHMENT, asset_digest=sha256[:DIGITS], detection_index=detection_index)

    @classmethod
    def of(cls, choice: IdentifierChoice) -> Self:
        """The place that a row of the table holds."""
        return cls(**{name: getattr(choice, name) for name in cls.__dataclass_fields__})

    @classmethod
    def read(cls, key: str) -> Self | None:
        """The place in a text that a key names, as a form sends it; None for anything else."""
        found = _TEXT_KEY.fullmatch(key)
        return cls.in_text(found["field"], int(found["start"]), int(found["end"])) if found else None

    @property
    def key(self) -> str:
        """The name of the place."""
        if self.place_kind == TEXT:
            return f"{self.field}:{self.start}-{self.end}"
        digest = f"{self.asset_digest}:" if self.place_kind == ATTACHMENT else ""
        return f"screen:{digest}{self.detection_index}"

    def columns(self) -> dict[str, Any]:
        """The place as columns of IdentifierChoice."""
        return asdict(self)


def voice_key(change: VoiceChange) -> str:
    """The name of a stretch whose voice is changed, milliseconds exact."""
    return f"voice:{change.first_seconds:.3f}-{change.last_seconds:.3f}"
