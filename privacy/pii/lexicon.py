"""The words of lexicon.yaml."""

from functools import lru_cache
from pathlib import Path

import yaml


@lru_cache(maxsize=1)
def _all() -> dict[str, str]:
    path = Path(__file__).with_name("lexicon.yaml")
    return {str(name): str(text) for name, text in yaml.safe_load(path.read_text(encoding="utf-8")).items()}


def words(name: str) -> frozenset[str]:
    """The words of a list. KeyError for a list that is not there."""
    return frozenset(_all()[name].split())


def characters(name: str) -> str:
    """The characters of a list, in its order."""
    return "".join(_all()[name].split())


def either(name: str) -> str:
    """A pattern for any word of a list, long ones first."""
    return "|".join(sorted(words(name), key=lambda word: (-len(word), word)))
