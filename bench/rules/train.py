"""Train the second voice of the red lines: `python -m bench.rules.train [--write]`.

Two linear heads over hashed character n-grams: does a text break a rule, and which one. Without --write the share of
breaking and lawful texts is printed that a voice hears which never saw their writer. Nothing of what judges it
(judging.jsonl, unseen.jsonl, what YIYUAN_BENCH_DATA holds) is read here.
"""

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags, hstack

from bench.linear import fit
from bench.rules.strewn import strewn
from review.checks.fold import Folder
from review.checks.voice import WEIGHTS
from review.rulepack import load
from sentiment.features import BUCKETS, hashed
from sentiment.model import in_steps, pack

HERE = Path(__file__).parent
#: One writer each: who wrote several files is left out with all of them.
WRITERS = {
    "author of the rules": ("seen.jsonl", "texts.jsonl", "first_sight.jsonl"),
    "advertising": ("learnt/advertising.jsonl",),
    "science": ("learnt/science.jsonl",),
    "pairs": ("learnt/pairs.jsonl",),
    "inbox": ("learnt/inbox.jsonl",),
    "ordinary": ("learnt/ordinary.jsonl",),
}
#: Chosen by leaving one writer out (docs/benchmarks-rules.md). Buckets in fewer texts say nothing yet.
RIDGE, FLOOR, LEAST_TEXTS = 0.2, 1.5, 2
NAME_RIDGE, NAME_LEAST_TEXTS = 0.03, 4
#: Labelled texts from which on a rule can be named.
ENOUGH = 20
Array = NDArray[np.float64]
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


def corpus(folder: Path = HERE) -> Corpus:
    """All training texts, and strewn words."""
    fold = Folder(load().letters.traditional)
    rows = [(who, row) for who, files in WRITERS.items() for file in files for row in _rows(folder / file)]
    nothing = strewn()
    return Corpus(
        texts=[fold.view(str(row["text"])).text for _who, row in rows] + [fold.view(text).text for text in nothing],
        breaks=np.array([row["label"] == "violate" for _who, row in rows] + [False] * len(nothing)),
        rules=[list(row["rule_ids"]) for _who, row in rows] + [[] for _text in nothing],
        writers=np.array([who for who, _row in rows] + [""] * len(nothing)),
        classes=np.array([str(row["ctx"]) for _who, row in rows] + [""] * len(nothing)),
        digests={f: _digest(folder / f) for files in WRITERS.values() for f in files},
    )


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def _seen(x: csr_matrix, least: int) -> NDArray[np.int64]:
    return np.flatnonzero(np.bincount(x.indices, minlength=x.shape[1]) >= least)


def hear(x: csr_matrix, breaks: Chosen, *, exact: bool = True) -> Array:
    """The first head: one weight a column of `x`. Its ridge presses hardest on what tells nothing.

    How much a bucket tells is its absolute log-count ratio (Wang, Manning 2012), on a floor.
    """
    seen = _seen(x, LEAST_TEXTS)
    small = x[:, seen]
    bad, good = (np.asarray((small[rows] > 0).sum(axis=0)).ravel() + 1.0 for rows in (breaks, ~breaks))
    scale = FLOOR + np.abs(np.log(bad / bad.sum()) - np.log(good / good.sum()))
    found = fit((small @ diags(scale)).tocsr(), np.eye(2)[breaks.astype(int)], RIDGE, exact=exact)
    weights = np.zeros(x.shape[1])
    weights[seen] = (found[:, 1] - found[:, 0]) * scale
    return weights


def name(x: csr_matrix, labels: Sequence[Sequence[str]], *, exact: bool = True) -> tuple[list[str], Array]:
    """The second head, from breaking texts: the rules it can name, and a column of weights for each."""
    counted = Counter(rule for rules in labels for rule in rules)
    names = sorted(rule for rule, number in counted.items() if number >= ENOUGH)
    target = np.array([[float(rule in rules) for rule in names] for rules in labels])
    some = target.any(axis=1)
    seen = _seen(x[some], NAME_LEAST_TEXTS)
    share = target[some] / target[some].sum(axis=1, keepdims=True)
    weights = np.zeros((x.shape[1], len(names)))
    weights[seen] = fit(x[some][:, seen], share, NAME_RIDGE, exact=exact)
    return names, weights


def train(given: Corpus) -> tuple[NDArray[np.float32], NDArray[np.float32], dict[str, object]]:
    """Weights (BUCKETS x 1 + rules), bias and what they were made from. Only the order of the names counts, not their
    size: they are brought to that of the first column, so that both can be written in the same steps."""
    heard = hear(given.x, given.breaks)
    bad = np.flatnonzero(given.breaks)
    names, named = name(given.x[bad], [given.rules[n] for n in bad])
    named *= np.abs(heard).max() / np.abs(named).max()
    table = np.concatenate([heard[:, None], named], axis=1).astype(np.float32)
    about = {"rules": names, "texts": given.digests, "number": int((given.writers != "").sum())}
    return table[:-1], table[-1], about


def write(given: Corpus, path: Path = WEIGHTS) -> None:
    """Replace the shipped file."""
    weights, bias, about = train(given)
    pack(path, weights, bias, {"version": _version(about, weights), **about})


def _version(about: Mapping[str, object], weights: NDArray[np.float32]) -> str:
    """A digest of the texts and of the table as it is written: another way of training is another version, too."""
    made = json.dumps(about, sort_keys=True).encode() + in_steps(weights)[0].tobytes()
    return hashlib.sha256(made).hexdigest()[:8]


def main() -> None:
    """Train and tell, or train and write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    given = corpus()
    if parser.parse_args().write:
        write(given)
        print(f"{WEIGHTS.name}: {WEIGHTS.stat().st_size:,} bytes, {(given.writers != '').sum():,} texts")
    else:
        from bench.rules import writers

        writers.report(given)


if __name__ == "__main__":
    main()
