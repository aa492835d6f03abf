"""How good and how fast: YIYUAN_BENCH_DATA=... python -m bench.sentiment.measure [--snownlp]

Accuracy, F1 of negative and AUC are binary (neutral rows left out), as the published numbers are; the judge is
p_negative / (p_negative + p_positive).
"""

import argparse
import time
from collections import Counter

import numpy as np
from numpy.typing import NDArray

from sentiment.scoring import model, score, signals, snownlp_fallback
from training.sentiment import corpora

Array = NDArray[np.float32]


def auc(positive: Array, negative: Array) -> float:
    """Share of pairs in the right order, ties half."""
    both = np.concatenate([positive, negative])
    _values, inverse, counts = np.unique(both, return_inverse=True, return_counts=True)
    rank = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    above = rank[: len(positive)].sum() - len(positive) * (len(positive) + 1) / 2
    return float(above / (len(positive) * len(negative)))


def ours(plain: list[str]) -> Array:
    """The product's own answer."""
    return score.probabilities(plain, signals.find(plain))


def sample(texts: corpora.Texts, rows: int) -> corpora.Texts:
    """Rows drawn by chance, always the same ones; the files are sorted by label."""
    chosen = np.random.default_rng(3).permutation(len(texts.texts))[:rows]
    return corpora.Texts([texts.texts[n] for n in chosen], [texts.columns[n] for n in chosen])


def judge(name: str, texts: corpora.Texts, chances: Array) -> None:
    """One line of numbers."""
    columns = np.array(texts.columns)
    polar = columns != 1
    guess = chances[polar, 0] / (chances[polar, 0] + chances[polar, 2] + 1e-9)
    bad = columns[polar] == 0
    called = guess >= 0.5
    hits = int((called & bad).sum())
    f1 = 2 * hits / max(1, int(called.sum()) + int(bad.sum()))
    right = float((called == bad).mean())
    strong = chances[:, 0] >= 0.8
    sure = f"{(columns[strong] == 0).mean():.3f} of {int(strong.sum())}" if strong.any() else "none"
    print(f"| {name} | {int(polar.sum())} | {right:.3f} | {f1:.3f} | {auc(guess[bad], guess[~bad]):.3f} | {sure} |")


def noise(texts: list[str]) -> None:
    """Share of ordinary comments, none of them about our hospital, that carry each signal."""
    found = Counter(name for names in signals.find(texts) for name in names)
    shares = ", ".join(f"{name} {found[name] / len(texts):.2%}" for name in signals.signals())
    print(f"\nsignals in {len(texts)} comments about something else: {shares}")


def speed(texts: list[str]) -> None:
    """Comments a second, end to end (normalise, model, signals, targets) and of the model alone."""
    batch = (texts * (4000 // len(texts) + 1))[:4000]
    score.score_batch(batch)
    start = time.perf_counter()
    score.score_batch(batch)
    whole = len(batch) / (time.perf_counter() - start)
    loaded = model.load()
    start = time.perf_counter()
    loaded.probabilities(batch)
    alone = len(batch) / (time.perf_counter() - start)
    some = batch[:150]
    snownlp_fallback.probabilities(some[:2])
    start = time.perf_counter()
    snownlp_fallback.probabilities(some)
    slow = len(some) / (time.perf_counter() - start)
    print(f"\nend to end {whole:,.0f}/s, model {alone:,.0f}/s, SnowNLP {slow:,.0f}/s, ratio {alone / slow:,.0f}")


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--snownlp", action="store_true", help="judge SnowNLP instead, on 400 rows of each set")
    slow = parser.parse_args().snownlp
    print("| set | rows | accuracy | F1 negative | AUC | really negative where p >= 0.8 |\n|---|---|---|---|---|---|")
    judges = {
        name + (" (overlaps training)" if name in corpora.LEAKY else ""): corpora.table(name, "dev")
        for name in corpora.JUDGES
    }
    judges["hospital_probe, open"] = corpora.probe()
    for name, whole in judges.items():
        texts = sample(whole, 400) if slow else whole
        chances = snownlp_fallback.probabilities(texts.texts) if slow else ours(texts.texts)
        judge(name, texts, chances)
    noise(judges["smp2020_virus"].texts + judges["waimai"].texts)
    speed(judges["smp2020_virus"].texts)


if __name__ == "__main__":
    main()
