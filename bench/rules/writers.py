"""What the second voice hears of writers it never read: the table that its settings were chosen by."""

from collections.abc import Iterator

import numpy as np

from bench.rules.train import Corpus, hear, name
from review.rulepack import load


def report(given: Corpus) -> None:
    """Print, for each writer left out, the shares heard at the threshold of the pack, and of rules named rightly."""
    limit = load().voice.threshold
    print(f"| writer left out | breaking | heard | rule named rightly | lawful | heard |\n{'|---' * 6}|")
    scores, right = np.zeros(len(given.texts)), np.zeros(len(given.texts), bool)
    written = given.writers != ""
    for writer in dict.fromkeys(given.writers[written]):
        mine = given.writers == writer
        scores[mine], right[mine] = _left_out(given, mine)
        print(_row(writer, given.breaks[mine], scores[mine] > limit, right[mine]))
    print(_row("all", given.breaks[written], scores[written] > limit, right[written]))
    print(f"\nThresholds by share of lawful texts heard: {dict(_quantiles(scores[written & ~given.breaks]))}")


def _left_out(given: Corpus, mine: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scores of the texts of one writer, and whether the likeliest rule is one they are labelled with."""
    scores = given.x[mine] @ hear(given.x[~mine], given.breaks[~mine], exact=False)
    others = np.flatnonzero(given.breaks & ~mine)
    names, weights = name(given.x[others], [given.rules[n] for n in others], exact=False)
    first = (given.x[mine] @ weights).argmax(axis=1)
    labels = [given.rules[n] for n in np.flatnonzero(mine)]
    return scores, np.array([names[k] in rules for k, rules in zip(first, labels, strict=True)])


def _row(writer: str, breaks: np.ndarray, heard: np.ndarray, right: np.ndarray) -> str:
    bad, good = heard[breaks], heard[~breaks]
    shares = (f"{part.mean():.3f}" if len(part) else "" for part in (bad, right[breaks], good))
    caught, named, false = shares
    return f"| {writer} | {len(bad)} | {caught} | {named} | {len(good)} | {false} |"


def _quantiles(scores: np.ndarray) -> Iterator[tuple[float, float]]:
    for share in (0.01, 0.02, 0.03, 0.05):
        yield share, round(float(np.quantile(scores, 1 - share)), 2)
