"""Subtitle files (SRT, VTT, ASS): what is said when, and the file again without identifiers."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from privacy.pii.engine import redact
from privacy.pii.pseudonyms import Labels, excerpt
from privacy.types import Redaction, SpokenHit, TextHit
from yiyuan.errors import BadInput
from yiyuan.i18n import _

#: Seconds around the estimated place of a word: people do not speak evenly.
MARGIN = 0.6
#: Digits of the number of a cue, at most.
_CUE_DIGITS = 6
_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[,.](\d{1,3})"
_TIMES = re.compile(rf"{_TIME}[ \t]*-->[ \t]*{_TIME}")
_ARROW = re.compile(rf"{_TIMES.pattern}[^\n]*\n?")
_DIALOGUE = re.compile(rf"Dialogue:[^,\n]*,{_TIME},{_TIME},(?:[^,\n]*,){{6}}")
_DIALOGUE_TIMES = re.compile(rf"(?<=,){_TIME},{_TIME},")
_BLANK_LINE = re.compile(r"\n[ \t]*\n|\Z")


@dataclass(frozen=True)
class Cue:
    """Some words from `start` to `end` seconds; `at` is where they stand in the file."""

    start: float
    end: float
    text: str
    at: int = 0


def parse_subtitles(text: str) -> list[Cue]:
    """The cues of a file, in its order. BadInput when there is none."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    cues = list(_dialogues(text) if "\nDialogue:" in text else _blocks(text))
    if not cues:
        raise BadInput(_("字幕文件里没有可识别的时间轴：请上传 SRT、VTT 或 ASS 字幕"), field="subtitles")
    return cues


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, rest = parts
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0) + int((rest or "0").ljust(3, "0")) / 1000


def _blocks(text: str) -> Iterator[Cue]:
    for match in _ARROW.finditer(text):
        end = _BLANK_LINE.search(text, max(match.end() - 1, 0))
        stop = end.start() if end else len(text)
        yield Cue(_seconds(match.groups()[:4]), _seconds(match.groups()[4:]), text[match.end() : stop], match.end())


def _dialogues(text: str) -> Iterator[Cue]:
    for match in _DIALOGUE.finditer(text):
        stop = text.find("\n", match.end())
        words = text[match.end() : stop if stop >= 0 else len(text)]
        yield Cue(_seconds(match.groups()[:4]), _seconds(match.groups()[4:]), words, match.end())


def redact_subtitles(text: str, *, allow: Collection[str] = (), labels: Labels | None = None) -> Redaction:
    """A subtitle file without identifiers, its times untouched; notes and damaged cues are redacted, too.

    Offsets are in the file with plain line ends.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    hits: list[TextHit] = []
    spans: list[tuple[int, int]] = []
    pieces, last, length = [], 0, 0
    cues = parse_subtitles(text)
    labels = labels or Labels()
    around = _around(text, cues)
    # Cues first, as they are read; then the lines beside them; then both, for a label here whose value stands there.
    found: list[tuple[int, int, TextHit]] = []
    for group in (cues, around, sorted([*cues, *around], key=lambda cue: cue.at)):
        for cue, hit in _hits(group, allow, labels):
            start, end = cue.at + hit.start, cue.at + hit.end
            if all(end <= first or start >= past for first, past, _hit in found):
                found.append((start, end, hit))
    for start, end, hit in sorted(found, key=lambda place: place[:2]):
        pieces += [text[last:start], hit.replacement]
        length += start - last
        spans.append((length, length + len(hit.replacement)))
        length += len(hit.replacement)
        hits.append(TextHit(hit.kind, start, end, hit.excerpt, hit.replacement, hit.doubt))
        last = end
    return Redaction("".join([*pieces, text[last:]]), hits, spans)


def _around(text: str, cues: list[Cue]) -> list[Cue]:
    """The lines that stand in no cue, without times and numbers: titles, notes, comments, cues with a wrong time."""
    held = [(cue.at, cue.at + len(cue.text)) for cue in cues]
    held += [match.span() for pattern in (_TIMES, _DIALOGUE_TIMES) for match in pattern.finditer(text)]
    pieces, last = [], 0
    for start, end in sorted(held):
        pieces += [text[last:start], "\n" * (end - max(start, last))]
        last = max(last, end)
    free = "".join([*pieces, text[last:]])
    # A cue's own number is no text; a longer run of digits may be a telephone.
    return [
        Cue(0, 0, line[0], line.start())
        for line in re.finditer(r"[^\n]+", free)
        if not (line[0].strip().isdecimal() and len(line[0].strip()) <= _CUE_DIGITS)
    ]


def _hits(cues: list[Cue], allow: Collection[str], labels: Labels | None) -> Iterator[tuple[Cue, TextHit]]:
    """Hits inside each cue, found in all cues together: a label may stand in one and its value in the next."""
    joined, starts = "", []
    for cue in cues:
        starts.append(len(joined))
        joined += cue.text + "\n"
    for hit in redact(joined, allow=allow, labels=labels).hits:
        for start, cue in zip(starts, cues, strict=True):
            first, last = max(hit.start, start), min(hit.end, start + len(cue.text))
            if first < last:
                kept = hit.replacement if first == hit.start else ""
                yield cue, TextHit(hit.kind, first - start, last - start, hit.excerpt, kept, hit.doubt)


def spoken_text(cues: list[Cue], *, allow: Collection[str] = ()) -> list[SpokenHit]:
    """When identifiers are said: their share of the cue by characters, and MARGIN on both sides."""
    found = []
    for cue, hit in _hits(cues, allow, None):
        length, total = cue.end - cue.start, max(len(cue.text.strip()), 1)
        start = cue.start + length * hit.start / total - MARGIN
        end = cue.start + length * hit.end / total + MARGIN
        value = excerpt(cue.text[hit.start : hit.end])
        found.append(SpokenHit(hit.kind, value, round(max(0.0, start), 3), round(min(end, cue.end + MARGIN), 3)))
    return found
