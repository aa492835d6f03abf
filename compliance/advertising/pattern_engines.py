"""What runs a pattern of the pack: `re` while it cannot be kept busy, RE2 beyond."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import re2

from compliance.rulepack.patterns import is_bounded, quiet
from compliance.rulepack.regex_syntax import parse, re2_form


class Match(Protocol):
    """Where a pattern was found."""

    def start(self) -> int: ...

    def end(self) -> int: ...

    def span(self) -> tuple[int, int]: ...


class Pattern(Protocol):
    """A compiled pattern, as much of `re.Pattern` as the checkers use."""

    def finditer(self, text: str, first: int = 0, last: int = ..., /) -> Iterator[Match]: ...

    def search(self, text: str, first: int = 0, last: int = ..., /) -> Match | None: ...


@dataclass(frozen=True, slots=True)
class _Place:
    first: int
    last: int

    def start(self) -> int:
        return self.first

    def end(self) -> int:
        return self.last

    def span(self) -> tuple[int, int]:
        return self.first, self.last


class LinearPattern:
    """A pattern that RE2 runs; it cannot see what stands around text[first:last].

    RE2 matches bytes, so it is given that part alone: the way back from bytes to characters stays short.
    """

    def __init__(self, written: str) -> None:
        self._regex = re2.compile(written, quiet())

    def finditer(self, text: str, first: int = 0, last: int | None = None) -> Iterator[Match]:
        """The matches from left to right, as places in `text`."""
        for match in self._regex.finditer(text[first:last]):
            start, end = match.span()
            yield _Place(first + start, first + end)

    def search(self, text: str, first: int = 0, last: int | None = None) -> Match | None:
        """The first match, if there is one."""
        return next(self.finditer(text, first, last), None)


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> Pattern:
    """A pattern that `refuse_risky` let pass, ready to run."""
    written = None if is_bounded(parse(pattern)) else re2_form(pattern)
    return re.compile(pattern) if written is None else LinearPattern(written)
