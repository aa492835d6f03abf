"""The linear model: one gather from a small table of weights, then a softmax over negative, neutral, positive."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sentiment.features import BUCKETS, hashed

WEIGHTS = Path(__file__).with_name("weights.npz")
#: Columns of the table and of every result.
CLASSES = ("negative", "neutral", "positive")


@dataclass(frozen=True)
class Model:
    """Weights (BUCKETS x 3), bias (3), temperature, and what they were trained on."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    version: str

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """P(negative), P(neutral), P(positive) of normalised texts, one row each."""
        if not texts:
            return np.zeros((0, 3), np.float32)
        return softmax(self.margins(texts))

    def margins(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The raw scores: the sum of the weights of all n-grams over the root of their number, plus the bias."""
        buckets, owners = hashed(texts)
        root = np.sqrt(np.bincount(owners, minlength=len(texts)))
        summed = [np.bincount(owners, self.weights[buckets, k], len(texts)) / root for k in range(3)]
        return (np.stack(summed, axis=1) + self.bias).astype(np.float32)


def softmax(margins: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows that sum to 1."""
    powers = np.exp(margins - margins.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


def pack(path: Path, weights: NDArray[np.float32], bias: NDArray[np.float32], about: dict[str, object]) -> None:
    """Write a table as 8-bit steps; what rounds to nothing costs nothing.

    One weight in ten thousand is cut at the largest step: a few giants would make the steps of all others coarse.
    """
    step = float(np.quantile(np.abs(weights[weights != 0]), 0.9999) / 127)
    small = np.clip(np.rint(weights / step), -127, 127).astype(np.int8)
    np.savez_compressed(path, weights=small, step=step, bias=bias, about=json.dumps(about, ensure_ascii=False))


@lru_cache
def load(path: Path = WEIGHTS) -> Model:
    """The shipped model. Raises OSError or ValueError when the file is absent or damaged."""
    with np.load(path, allow_pickle=False) as file:
        weights = file["weights"].astype(np.float32) * np.float32(file["step"])
        bias, about = file["bias"].astype(np.float32), json.loads(str(file["about"]))
    if weights.shape != (BUCKETS, 3) or bias.shape != (3,):
        raise ValueError(f"{path.name}: wrong shape {weights.shape}")
    return Model(weights, bias, str(about["version"]))
