"""The two linear heads over hashed n-grams: does a text break a rule, and which rule."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags

from training.advertising.corpus import Chosen
from training.linear_model import fit

#: Chosen by leaving one writer out (docs/benchmarks/compliance.md). Buckets in fewer texts say nothing yet.
RIDGE, FLOOR, LEAST_TEXTS = 0.2, 1.5, 2


NAME_RIDGE, NAME_LEAST_TEXTS = 0.03, 4


#: Labelled texts from which on a rule can be named.
ENOUGH = 20


Array = NDArray[np.float64]


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
