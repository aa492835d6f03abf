"""The cluster rule: enough strongly negative comments, by enough people, within the window, about the same thing."""

import re
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sentiment.scoring.normalise import normalise
from sentiment.scoring.targets import TARGETS
from yiyuan.settings import settings

#: A pair with one of these says nothing about the topic.
_FUNCTION = frozenset(
    "的了是我你他她它们这那就也都不没有在和与及或一个吗呢吧啊呀嘛哦哈么什怎谁哪还又再很太真好大小上下来去到得地着过把被给对让从"
    "为以之其于而且但却只才能会可要想说看做用里外前后多少几次天年月日时候人家自己现道样种些每点再最更比所如果因"
)
_HAN = re.compile(r"[\u4e00-\u9fff]{2,}")


@dataclass(frozen=True)
class Voice:
    """One strongly negative comment. An unknown author is taken for a person of his own."""

    id: int
    author: str
    text: str
    targets: Sequence[str]
    written_at: datetime


@dataclass(frozen=True)
class Cluster:
    """What they share: a term, or the name of a target; and the comments, oldest first."""

    shared: str
    members: tuple[Voice, ...]


def topics(text: str, targets: Sequence[str]) -> set[str]:
    """What a comment is about: its targets, and pairs of characters that carry meaning."""
    runs = _HAN.findall(normalise(text))
    pairs = {a + b for run in runs for a, b in pairwise(run) if a not in _FUNCTION and b not in _FUNCTION}
    return pairs | set(targets)


def find_cluster(voices: Sequence[Voice]) -> Cluster | None:
    """The first moment at which the rule holds, by the time of writing; None when it never does."""
    window: deque[tuple[Voice, set[str]]] = deque()
    held: Counter[str] = Counter()
    for voice in sorted(voices, key=lambda voice: (voice.written_at, voice.id)):
        oldest = voice.written_at - timedelta(minutes=settings().event_minutes)
        while window and window[0][0].written_at < oldest:
            held.subtract(window.popleft()[1])
        about = topics(voice.text, voice.targets)
        window.append((voice, about))
        held.update(about)
        if found := _fulfilled(window, held, about):
            return found
    return None


def _fulfilled(window: deque[tuple[Voice, set[str]]], held: Counter[str], about: set[str]) -> Cluster | None:
    enough = [topic for topic in about if held[topic] >= settings().event_comments]
    # The most shared wins, a term before a target, so that a person reads what it is about.
    for topic in sorted(enough, key=lambda topic: (topic in TARGETS, -held[topic], topic)):
        members = tuple(voice for voice, topics_of in window if topic in topics_of)
        if len({voice.author or f"?{voice.id}" for voice in members}) >= settings().event_authors:
            return Cluster(topic, members)
    return None
