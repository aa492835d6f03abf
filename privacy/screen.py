"""Identifiers shown in the picture: from lines read now and then to places masked in every frame. No decoding here."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from unicodedata import east_asian_width

import numpy as np

from privacy.folding import fold
from privacy.geometry import Rect, clipped, overlap
from privacy.labels import excerpt
from privacy.ocr import Line
from privacy.recognise.spans import Span, bare
from privacy.results import Box, ScreenHit
from privacy.text import find

ALIKE = 0.6  # two readings of one line share so much of their characters
MISSES = 1  # looks in which a standing line was not read


@dataclass(frozen=True)
class Look:
    """What was read in one frame."""

    frame: int
    lines: list[Line]
    codes: list[Rect] = field(default_factory=list)


@dataclass
class _Standing:
    """One identifier while it stands: where it was at each look."""

    kind: str
    value: str
    line: str
    places: list[tuple[int, Rect]] = field(default_factory=list)
    misses: int = 0


def screen_hits(
    looks: list[Look],
    shots: list[int],
    frames: int,
    size: tuple[int, int],
    seconds: Callable[[int], float],
    allow: Collection[str],
) -> list[ScreenHit]:
    """Each identifier once, for all frames from the look before it was first read to the look after it was last read.

    looks: ascending. shots: first frames of shots; a place never reaches over a cut. allow: texts that may stay.
    """
    standing: list[_Standing] = []
    known = _proven(looks, allow)
    done: list[_Standing] = []
    for look in looks:
        fresh = list(_hits(look, allow, known))
        standing, over = _carry(standing, look, shots)
        done += over
        for span, value, line, rect in fresh:
            _join(standing, look.frame, span.kind, value, line, rect)
    return [_hit(one, *_while(one, looks, shots, frames), size, seconds) for one in [*done, *standing]]


def _proven(looks: list[Look], allow: Collection[str]) -> dict[str, str]:
    """Values found for sure in any frame, with their kind; they are looked for in all the others."""
    hits = [hit for look in looks for hit in _hits(look, allow, {})]
    sure = [(span.kind, value) for span, value, _line, _rect in hits if span.strength > 1]
    return {value: kind for kind, value in sure if len(value) >= (2 if kind == "name" else 5)}


def _hits(look: Look, allow: Collection[str], known: Mapping[str, str]) -> Iterator[tuple[Span, str, str, Rect]]:
    """Each identifier of a look: span, value, its line as folded, and the part of the line it takes."""
    text, starts = "", []
    for line in look.lines:
        starts.append(len(text))
        text += fold(line.text).text + "\n"
    for rect in look.codes:
        yield Span("qr_code", 0, 0, 3), "", "", _margin(rect.astype(np.float64))
    for span in find(text, allow, known):
        for start, line in zip(starts, look.lines, strict=True):
            own = fold(line.text)
            first, last = max(span.start, start), min(span.end, start + len(own.text))
            if first < last:
                value = bare(text[span.start : span.end])
                place = _part(line.rect, line.text, *own.original(first - start, last - start))
                yield span, value, own.text, place


def _part(rect: Rect, text: str, start: int, end: int) -> Rect:
    """The share of a line that some characters take, Chinese ones twice as wide, and one more on each side."""
    widths = np.array([2.0 if east_asian_width(character) in "WF" else 1.0 for character in text])
    edges = np.concatenate([[0], np.cumsum(widths)]) / widths.sum()
    if rect[3] > rect[2] * 1.5 and len(text) > 2:
        top, bottom = rect[3] * edges[start], rect[3] * edges[end]
        return _margin(np.array([rect[0], rect[1] + top, rect[2], bottom - top]))
    unit = 1.0 / widths.sum()
    left, right = max(0.0, edges[start] - unit), min(1.0, edges[end] + unit)
    return _margin(np.array([rect[0] + rect[2] * left, rect[1], rect[2] * (right - left), rect[3]]))


def _margin(rect: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> Rect:
    room = max(3.0, float(min(rect[2], rect[3])) * 0.15)
    return np.array([rect[0] - room, rect[1] - room, rect[2] + 2 * room, rect[3] + 2 * room], np.float32)


def _carry(standing: list[_Standing], look: Look, shots: list[int]) -> tuple[list[_Standing], list[_Standing]]:
    """Those that still stand at this look, and those that are over. A line read badly this time still stands."""
    still, over = [], []
    for one in standing:
        last_frame, rect = one.places[-1]
        if any(last_frame < shot <= look.frame for shot in shots):
            over.append(one)
        elif one.kind != "qr_code" and any(_same_line(one, rect, line) for line in look.lines):
            one.places.append((look.frame, rect))
            one.misses = 0
            still.append(one)
        else:
            one.misses += 1
            (over if one.misses > MISSES else still).append(one)
    return still, over


def _same_line(one: _Standing, rect: Rect, line: Line) -> bool:
    lower = abs(float(rect[1] + rect[3] / 2 - line.rect[1] - line.rect[3] / 2))
    here = overlap(rect, line.rect[None])[0] > 0 and lower < rect[3]
    return bool(here) and SequenceMatcher(None, one.line, fold(line.text).text, autojunk=False).ratio() >= ALIKE


def _join(standing: list[_Standing], frame: int, kind: str, value: str, line: str, rect: Rect) -> None:
    """Add a reading to the one that stands there, or begin a new one."""
    for one in (one for one in standing if one.kind == kind):
        last = one.places[-1][1]
        moved = one.value == value and abs(float(rect[1] - last[1])) < 4 * rect[3]
        near = moved or overlap(rect, last[None])[0] > 0.3
        if near and SequenceMatcher(None, one.value, value, autojunk=False).ratio() >= ALIKE:
            if one.places[-1][0] == frame:
                one.places.pop()
            one.places.append((frame, rect))
            one.misses = 0
            return
    standing.append(_Standing(kind, value, line, [(frame, rect)]))


def _hit(one: _Standing, first: int, last: int, size: tuple[int, int], seconds: Callable[[int], float]) -> ScreenHit:
    places = [(frame, clipped(rect, *size)) for frame, rect in one.places]
    boxes = [(first, places[0][1]), *[place for place in places if first < place[0] < last], (last, places[-1][1])]
    begin, end = round(seconds(first), 3), round(seconds(last), 3)
    return ScreenHit(one.kind, excerpt(one.value), begin, end, _enclosing(boxes), first, last, boxes)


def _while(one: _Standing, looks: list[Look], shots: list[int], frames: int) -> tuple[int, int]:
    """First and last frame in which a text may stand: between the looks that did not show it, inside its shot."""
    first_seen, last_seen = one.places[0][0], one.places[-1][0]
    shot_start = max((shot for shot in shots if shot <= first_seen), default=0)
    shot_end = min((shot for shot in shots if shot > last_seen), default=frames) - 1
    before = max((look.frame + 1 for look in looks if look.frame < first_seen), default=0)
    after = min((look.frame - 1 for look in looks if look.frame > last_seen), default=frames - 1)
    return max(shot_start, before), max(last_seen, min(shot_end, after))


def _enclosing(boxes: list[tuple[int, Box]]) -> Box:
    left, top = min(box.x for _frame, box in boxes), min(box.y for _frame, box in boxes)
    right, bottom = max(box.x + box.w for _frame, box in boxes), max(box.y + box.h for _frame, box in boxes)
    return Box(left, top, right - left, bottom - top)
