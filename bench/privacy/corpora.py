"""Texts with the identifiers marked. YIYUAN_BENCH_DATA names the folder of the public ones (evaluation only)."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_MARK = re.compile(r"\{\{(\w+)\|([^}]*)\}\}")


@dataclass(frozen=True)
class Marked:
    """A text and where what must go stands: (kind, start, end)."""

    text: str
    gold: list[tuple[str, int, int]]


def _folder() -> Path:
    return Path(os.environ["YIYUAN_BENCH_DATA"]) / "privacy" / "text"


def own() -> list[Marked]:
    """The texts with numbers that were written for the project."""
    lines = Path(__file__).with_name("numbers.tsv").read_text(encoding="utf-8").splitlines()
    return [_unmark(line) for line in lines if line and not line.startswith("#")]


def _unmark(line: str) -> Marked:
    text, gold, last = "", [], 0
    for match in _MARK.finditer(line):
        text += line[last : match.start()]
        gold.append((match.group(1), len(text), len(text) + len(match.group(2))))
        text += match.group(2)
        last = match.end()
    return Marked(text + line[last:], gold)


def names() -> dict[str, list[Marked]]:
    """Public corpora in which names of persons are marked."""
    return {
        "Weibo dev": list(_columns("weibo_dev.conll", lambda tag: tag.endswith("PER.NAM"), lambda token: token[0])),
        "Resume dev": list(_columns("resume_dev.bmes", lambda tag: tag.endswith("-NAME"), lambda token: token)),
        "People's Daily part": list(_columns("pd_part.bio", lambda tag: tag.endswith("-PER"), lambda token: token)),
    }


def _columns(name: str, is_name: Callable[[str], bool], character: Callable[[str], str]) -> Iterator[Marked]:
    text, tags = "", []
    for line in [*(_folder() / name).read_text(encoding="utf-8").splitlines(), ""]:
        if line.strip():
            token, *_rest, tag = line.split()
            text += character(token)
            tags.append(tag)
        elif text:
            yield Marked(text, _spans(tags, is_name))
            text, tags = "", []


def _spans(tags: list[str], is_name: Callable[[str], bool]) -> list[tuple[str, int, int]]:
    """Neighbouring tags of a name; B and S begin a new one."""
    spans: list[tuple[str, int, int]] = []
    for at, tag in enumerate(tags):
        if not is_name(tag):
            continue
        if spans and spans[-1][2] == at and tag[0] not in "BS":
            spans[-1] = ("name", spans[-1][1], at + 1)
        else:
            spans.append(("name", at, at + 1))
    return spans
