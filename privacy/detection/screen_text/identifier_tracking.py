"""Identifiers shown in the picture: from lines read now and then to places masked in every frame. No decoding here."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from unicodedata import east_asian_width

import numpy as np

from privacy.detection.motion import Camera
from privacy.detection.screen_text.ocr import Line
from privacy.detection.screen_text.placement import moved_with, on_frames
from privacy.geometry import Rect, enclosing, overlap
from privacy.pii.engine import find
from privacy.pii.folding import fold
from privacy.pii.pseudonyms import excerpt
from privacy.pii.spans import bare
from privacy.types import ScreenHit

ALIKE = 0.6  # two readings of one line share so much of their characters
MISSES = 1  # looks in which a standing line was not read


@dataclass(frozen=True)
class Look:
    """What was read in one frame."""

    frame: int
    lines: list[Line]
    codes: list[Rect] = field(default_factory=list)


@dataclass(frozen=True)
class Film:
    """shots: their first frames; cameras: how each shot moves; size: width, height."""

    shots: Sequence[int]
    cameras: Sequence[Camera]
    frames: int
    size: tuple[int, int]

    def shot_of(self, first: int, last: int) -> tuple[int, int]:
        """First and last frame of the shot that has both."""
        start = max((shot for shot in self.shots if shot <= first), default=0)
        return start, min((shot for shot in self.shots if shot > last), default=self.frames) - 1

    def camera_at(self, frame: int) -> Camera:
        """That of the shot."""
        return next((camera for camera in reversed(self.cameras) if camera.first <= frame), Camera(frame))


@dataclass(frozen=True)
class _Reading:
    """An identifier at one look: its value, its line as folded, and the part of the line it takes."""

    frame: int
    kind: str
    strength: int
    value: str
    line: str
    rect: Rect


@dataclass
class _Standing:
    """One identifier while it stands: where it was read at which look, and the last look at which it stood."""

    kind: str
    value: str
    line: str
    places: list[tuple[int, Rect]]
    until: int
    misses: int = 0


def screen_hits(
    looks: list[Look], film: Film, seconds: Callable[[int], float], allow: Collection[str]
) -> list[ScreenHit]:
    """Each identifier once, for all frames from the look before it was first read to the look after it was last read.

    looks: ascending; a place never reaches over a cut. allow: texts that may stay.
    """
    standing: list[_Standing] = []
    known = _proven(looks, allow)
    done: list[_Standing] = []
    for look in looks:
        fresh = list(_readings(look, allow, known))
        standing, over = _carry(standing, look, film)
        done += over
        for reading in fresh:
            _join(standing, reading, film)
    return [_hit(identifier, *_while(identifier, looks, film), film, seconds) for identifier in [*done, *standing]]


def _proven(looks: list[Look], allow: Collection[str]) -> dict[str, str]:
    """Values found for sure in any frame, with their kind; they are looked for in all the others."""
    sure = [reading for look in looks for reading in _readings(look, allow, {}) if reading.strength > 1]
    return {
        reading.value: reading.kind for reading in sure if len(reading.value) >= (2 if reading.kind == "name" else 5)
    }


def _readings(look: Look, allow: Collection[str], known: Mapping[str, str]) -> Iterator[_Reading]:
    text, starts = "", []
    for line in look.lines:
        starts.append(len(text))
        text += fold(line.text).text + "\n"
    for rect in look.codes:
        yield _Reading(look.frame, "qr_code", 3, "", "", _margin(rect.astype(np.float64)))
    for span in find(text, allow, known):
        for start, line in zip(starts, look.lines, strict=True):
            own = fold(line.text)
            first, last = max(span.start, start), min(span.end, start + len(own.text))
            if first < last:
                value = bare(text[span.start : span.end])
                place = _part(line.rect, line.text, *own.span(first - start, last - start))
                yield _Reading(look.frame, span.kind, span.strength, value, own.text, place)


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
    margin = max(3.0, float(min(rect[2], rect[3])) * 0.15)
    return np.array([rect[0] - margin, rect[1] - margin, rect[2] + 2 * margin, rect[3] + 2 * margin], np.float32)


def _carry(standing: list[_Standing], look: Look, film: Film) -> tuple[list[_Standing], list[_Standing]]:
    """Those that still stand at this look, and those that are over. A line read badly this time still stands."""
    still, over = [], []
    for identifier in standing:
        rects = _places_at(identifier, look.frame, film)
        if any(identifier.until < shot <= look.frame for shot in film.shots):
            over.append(identifier)
        elif identifier.kind != "qr_code" and any(
            _same_line(identifier, where, line) for line in look.lines for where in rects
        ):
            identifier.until, identifier.misses = look.frame, 0
            still.append(identifier)
        else:
            identifier.misses += 1
            (over if identifier.misses > MISSES else still).append(identifier)
    return still, over


def _same_line(identifier: _Standing, rect: Rect, line: Line) -> bool:
    lower = abs(float(rect[1] + rect[3] / 2 - line.rect[1] - line.rect[3] / 2))
    here = overlap(rect, line.rect[None])[0] > 0 and lower < rect[3]
    return bool(here) and SequenceMatcher(None, identifier.line, fold(line.text).text, autojunk=False).ratio() >= ALIKE


def _join(standing: list[_Standing], reading: _Reading, film: Film) -> None:
    """Add a reading to the one that stands there, or begin a new one."""
    for identifier in (identifier for identifier in standing if identifier.kind == reading.kind):
        last = identifier.places[-1][1]
        moved = identifier.value == reading.value and abs(float(reading.rect[1] - last[1])) < 4 * reading.rect[3]
        near = moved or any(
            overlap(reading.rect, where[None])[0] > 0.3 for where in _places_at(identifier, reading.frame, film)
        )
        if near and SequenceMatcher(None, identifier.value, reading.value, autojunk=False).ratio() >= ALIKE:
            if identifier.places[-1][0] == reading.frame:
                identifier.places.pop()
            identifier.places.append((reading.frame, reading.rect))
            identifier.until, identifier.misses = reading.frame, 0
            return
    standing.append(
        _Standing(reading.kind, reading.value, reading.line, [(reading.frame, reading.rect)], reading.frame)
    )


def _places_at(identifier: _Standing, frame: int, film: Film) -> tuple[Rect, Rect]:
    """Where it is by now: where it was read last, or where the camera took that place."""
    seen, rect = identifier.places[-1]
    return rect, moved_with(film.camera_at(seen), seen, rect, frame)


def _hit(identifier: _Standing, first: int, last: int, film: Film, seconds: Callable[[int], float]) -> ScreenHit:
    boxes = on_frames(identifier.places, first, last, film.camera_at(first), film.size)
    begin, end = round(seconds(first), 3), round(seconds(last), 3)
    return ScreenHit(
        identifier.kind,
        excerpt(identifier.value),
        begin,
        end,
        enclosing(box for _frame, box in boxes),
        first,
        last,
        boxes,
    )


def _while(identifier: _Standing, looks: list[Look], film: Film) -> tuple[int, int]:
    """First and last frame in which a text may stand: between the looks that did not show it, inside its shot."""
    first_seen = identifier.places[0][0]
    start, end = film.shot_of(first_seen, identifier.until)
    before = max((look.frame + 1 for look in looks if look.frame < first_seen), default=0)
    after = min((look.frame - 1 for look in looks if look.frame > identifier.until), default=film.frames - 1)
    return max(start, before), max(identifier.until, min(end, after))
