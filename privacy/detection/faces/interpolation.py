"""Where a face is between two pictures that both show it: its middle is looked at first, the rest only if need be."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from privacy.detection.faces.detector import Sight
from privacy.geometry import Rect, distance

LONGEST = 6  # frames between two looks at a face that may be known from these two alone
STILL = 0.2  # it moves less in half of them, in units of its size
STRAIGHT = 0.08  # and leaves the line between them by less in the middle: a shaking hand moves faces to and fro

#: Where a face was at which frame of a stretch; the first and the last frame are known.
Path: TypeAlias = dict[int, Sight]
#: Looks for a face at places of frames, all at once.
Looks: TypeAlias = Callable[[list[tuple[int, Rect]]], list[Sight | None]]


@dataclass(frozen=True)
class _Span:
    """Frames of a path between two that are known."""

    path: Path
    first: int
    last: int

    @property
    def middle(self) -> int:
        return (self.first + self.last) // 2

    @property
    def inner(self) -> range:
        return range(self.first + 1, self.last)

    def place(self, at: int) -> Rect:
        """Where it would be if it moved evenly."""
        return _mixed(self.path, self.first, self.last, at)[0]

    def halves(self) -> "list[_Span]":
        """Those with frames left to look at."""
        both = _Span(self.path, self.first, self.middle), _Span(self.path, self.middle, self.last)
        return [half for half in both if half.inner]

    def is_calm(self) -> bool:
        """Whether ends and middle tell where the face is on all frames."""
        ends = np.stack([self.path[self.first][0], self.path[self.last][0]])
        here = self.path[self.middle][0]
        straight = distance(here, self.place(self.middle)[None])[0] < STRAIGHT
        return bool(self.last - self.first <= LONGEST and straight and distance(here, ends).max() < STILL)

    def fill(self) -> None:
        """Take the places between ends and middle from the lines between these."""
        for half in self.halves():
            for at in half.inner:
                self.path[at] = _mixed(self.path, half.first, half.last, at)


def find_between(paths: Sequence[Path], steps: int, looks: Looks) -> None:
    """Add to each path the frames between 0 and `steps` at which the face is seen, or known to be."""
    spans = [_Span(path, 0, steps) for path in paths if steps > 1]
    missed: list[_Span] = []
    while spans:
        _look([(span, span.middle) for span in spans], looks)
        seen = [span for span in spans if span.middle in span.path]
        missed += [span for span in spans if span.middle not in span.path]
        for span in seen:
            if span.is_calm():
                span.fill()
        spans = [half for span in seen for half in span.halves() if half.inner[0] not in span.path]
    _look([(span, at) for span in missed for at in span.inner if at != span.middle], looks)


def _look(wanted: list[tuple[_Span, int]], looks: Looks) -> None:
    found = looks([(at, span.place(at)) for span, at in wanted])
    for (span, at), sight in zip(wanted, found, strict=True):
        if sight:
            span.path[at] = sight


def _mixed(path: Path, first: int, last: int, at: int) -> Sight:
    (rect, score), (later_rect, later_score) = path[first], path[last]
    share = (at - first) / (last - first)
    return np.asarray(rect + (later_rect - rect) * share, dtype=np.float32), min(score, later_score)
