"""What a recogniser yields, and the pieces patterns are built of. Patterns run on folded text (privacy.pii.folding)."""

import re
from dataclasses import dataclass

#: One blank, dash or dot that people put between digits; a line break separates numbers.
GAP = r"[ \t.\-·]{0,2}"


@dataclass(frozen=True)
class Span:
    """A candidate. strength: 3 proven by its form, 2 by the field beside it, 1 guessed (`doubt` says so)."""

    kind: str
    start: int
    end: int
    strength: int
    doubt: str = ""


def digits(count: str) -> str:
    """A pattern for so many digits ("9", "6,7"), perhaps with gaps between them."""
    return rf"(?:{GAP}\d){{{count}}}"


def labelled(labels: str, value: str) -> "re.Pattern[str]":
    """A pattern for a form field: its label, what people put behind a label, and the value as group `v`."""
    return re.compile(rf"(?:{labels})[ \t]*(?:[:：=#]|为|是|No\.?)?\s{{0,3}}(?P<v>{value})", re.IGNORECASE)


def bare(value: str) -> str:
    """A value without the gaps people put into it, upper case."""
    return re.sub(r"[\s.\-·()（）:：]", "", value).upper()
