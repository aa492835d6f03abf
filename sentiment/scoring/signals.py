"""Signals: things one comment may say that must not wait for a crowd. The word lists are data, in signals.yaml."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

LISTS = Path(__file__).with_name("signals.yaml")
#: One mention with one of these that names the hospital opens an event; each may propose a higher tier to a person.
OPENING = ("death", "minor", "threat", "privacy_leak", "adverse_event", "self_harm", "official_media")


@dataclass(frozen=True)
class Signal:
    """One list: `any` finds, `unless` takes back when it stands near the hit."""

    name: str
    title: str
    any: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str] | None

    def found(self, text: str) -> bool:
        """Whether the normalised text carries the signal."""
        # One by one: an expression that starts with fixed characters is skipped through a text many times faster.
        hits = (pattern.search(text) for pattern in self.any)
        return any(hit is not None and not self._taken_back(text, hit) for hit in hits)

    def _taken_back(self, text: str, hit: re.Match[str]) -> bool:
        """An exemption counts near the hit only, so that an added half-sentence does not silence a threat."""
        if self.unless is None:
            return False
        near = text[max(0, hit.start() - 12) : hit.end() + 12]
        return self.unless.search(near) is not None


@lru_cache
def signals() -> dict[str, Signal]:
    """All signals by name, in the order of the file."""
    lists = yaml.safe_load(LISTS.read_text("utf-8"))
    return {name: _signal(name, body) for name, body in lists.items()}


def _signal(name: str, body: dict[str, list[str]]) -> Signal:
    unless = _compiled("|".join(body["unless"])) if body.get("unless") else None
    return Signal(name, str(body["title"]), tuple(map(_compiled, body["any"])), unless)


def _compiled(pattern: str) -> re.Pattern[str]:
    """The expression, in which a dot stays within its clause."""
    return re.compile(pattern.replace(".{", r"[^\s,，。!?;…]{"))


def find(texts: Sequence[str]) -> list[list[str]]:
    """The names of the signals in each normalised text."""
    known = tuple(signals().values())
    return [[signal.name for signal in known if signal.found(text)] for text in texts]


def title(name: str) -> str:
    """The Chinese name of a signal."""
    return signals()[name].title
