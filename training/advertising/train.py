"""Train the second voice of the red lines: `python -m training.advertising.train [--write]`.

Two linear heads over hashed character n-grams: does a text break a rule, and which one. Without --write the share of
breaking and lawful texts is printed that a voice hears which never saw their writer. Nothing of what judges it
(judging.jsonl, unseen.jsonl, what YIYUAN_BENCH_DATA holds) is read here.
"""

import argparse
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from compliance.advertising.classifier import WEIGHTS
from training.advertising.corpus import Corpus, corpus
from training.advertising.heads import hear, name
from yiyuan.text.linear_model import in_steps, pack


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
    content = json.dumps(about, sort_keys=True).encode() + in_steps(weights)[0].tobytes()
    return hashlib.sha256(content).hexdigest()[:8]


def main() -> None:
    """Train and tell, or train and write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    given = corpus()
    if parser.parse_args().write:
        write(given)
        print(f"{WEIGHTS.name}: {WEIGHTS.stat().st_size:,} bytes, {(given.writers != '').sum():,} texts")
    else:
        from training.advertising import unseen_writers

        unseen_writers.report(given)


if __name__ == "__main__":
    main()
