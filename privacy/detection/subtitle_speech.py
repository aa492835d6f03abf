"""What is said, from subtitles inside the video or beside it. Runs in the child only."""

import re

import av

from privacy.decoding.container import opened
from privacy.job import Job
from privacy.pii.subtitles import Cue, parse_subtitles, spoken_text
from privacy.types import SpokenHit
from yiyuan.codes import SpeechCheck

_MARKUP = re.compile(r"\{[^}]*\}|<[^>]*>")


def speech(job: Job, *, has_sound: bool, has_subtitles: bool) -> tuple[SpeechCheck, list[SpokenHit]]:
    """Whether somebody must still listen, and the identifiers that subtitles show to be said."""
    if not has_sound:
        return SpeechCheck.SILENT, []
    cues = parse_subtitles(job.subtitles) if job.subtitles else _embedded(job) if has_subtitles else []
    if not cues:
        return SpeechCheck.UNCHECKED, []
    return SpeechCheck.SUBTITLED, spoken_text(cues, allow=job.allow)


def _embedded(job: Job) -> list[Cue]:
    """Cues of the first subtitle stream that is text; pictures of text (DVD, Blu-ray) give none."""
    cues: list[Cue] = []
    with opened(job.source) as container:
        stream = container.streams.subtitles[0]
        start = float((container.start_time or 0) / av.time_base)
        for packet in container.demux(stream):
            if packet.pts is None or not packet.size or packet.time_base is None:
                continue
            begin = float(packet.pts * packet.time_base) - start
            end = begin + float((packet.duration or 0) * packet.time_base)
            words = "\n".join(_words(subtitle) for subtitle in packet.decode())
            if words.strip():
                cues.append(Cue(begin, end, words))
    return cues


def _words(subtitle: object) -> str:
    raw = getattr(subtitle, "dialogue", b"")
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
    return _MARKUP.sub("", text.replace("\\N", "\n"))
