"""The texts the wording classifier learns from, folded as the checker folds them, and who wrote each."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from compliance.rulepack.loader import load
from training.advertising.background_text import strewn
from yiyuan.text.folding import Folder
from yiyuan.text.ngrams import BUCKETS, hashed

HERE = Path(__file__).with_name("data")


#: One writer each: who wrote several files is left out with all of them.
WRITERS = {
    "author of the rules": ("seen.jsonl", "texts.jsonl", "first_sight.jsonl"),
    "advertising": ("advertising.jsonl",),
    "science": ("science.jsonl",),
    "pairs": ("pairs.jsonl",),
    "inbox": ("inbox.jsonl",),
    "ordinary": ("ordinary.jsonl",),
}


Chosen = NDArray[np.bool_]


@dataclass(frozen=True)
class Corpus:
    """Folded texts with what they are labelled with and who wrote them; strewn words are lawful and by nobody."""

    texts: list[str]
    breaks: Chosen
    rules: list[list[str]]
    writers: NDArray[np.str_]
    classes: NDArray[np.str_]
    digests: dict[str, str]

    @cached_property
    def x(self) -> csr_matrix:
        """Rows of n-gram counts over the root of their number, as the model weighs them, and a 1."""
        buckets, owners = hashed(self.texts)
        counts = csr_matrix((np.ones(len(buckets)), (owners, buckets)), shape=(len(self.texts), BUCKETS))
        counts.data /= np.repeat(np.sqrt(np.bincount(owners)), np.diff(counts.indptr))
        return hstack([counts, np.ones((len(self.texts), 1))]).tocsr()


def corpus(data: Path = HERE) -> Corpus:
    """All training texts, and strewn words."""
    folder = Folder(load().letters.traditional)
    rows = [(who, row) for who, files in WRITERS.items() for file in files for row in _rows(data / file)]
    nothing = strewn()
    return Corpus(
        texts=[folder.fold(str(row["text"])).text for _who, row in rows] + [folder.fold(text).text for text in nothing],
        breaks=np.array([row["label"] == "violate" for _who, row in rows] + [False] * len(nothing)),
        rules=[list(row["rule_ids"]) for _who, row in rows] + [[] for _text in nothing],
        writers=np.array([who for who, _row in rows] + [""] * len(nothing)),
        classes=np.array([str(row["ctx"]) for _who, row in rows] + [""] * len(nothing)),
        digests={f: _digest(data / f) for files in WRITERS.values() for f in files},
    )


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]
