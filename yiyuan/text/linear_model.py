"""The linear model: one gather from a small table of weights, then a softmax over negative, neutral, positive.

The table, its file and its margins serve other linear models over the same n-grams, too, with columns of their own.
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from yiyuan.text.ngrams import BUCKETS, hashed


@dataclass(frozen=True)
class Model:
    """Weights (BUCKETS x columns), bias (one a column), temperature included, and what they were trained on."""

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
        columns = range(self.weights.shape[1])
        summed = [np.bincount(owners, self.weights[buckets, k], len(texts)) / root for k in columns]
        return (np.stack(summed, axis=1) + self.bias).astype(np.float32)


def softmax(margins: NDArray[np.float32] | NDArray[np.float64]) -> NDArray[np.float32]:
    """Rows that sum to 1."""
    powers = np.exp(margins - margins.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


def in_steps(weights: NDArray[np.float32]) -> tuple[NDArray[np.int8], float]:
    """A table in 8-bit steps, and the size of a step.

    One weight in ten thousand is cut at the largest step: a few giants would make the steps of all others coarse.
    """
    step = float(np.quantile(np.abs(weights[weights != 0]), 0.9999) / 127)
    return np.clip(np.rint(weights / step), -127, 127).astype(np.int8), step


def pack(path: Path, weights: NDArray[np.float32], bias: NDArray[np.float32], about: Mapping[str, object]) -> None:
    """Write a table as 8-bit steps; what rounds to nothing costs nothing."""
    small, step = in_steps(weights)
    np.savez_compressed(path, weights=small, step=step, bias=bias, about=json.dumps(about, ensure_ascii=False))


def unpack(path: Path) -> tuple[NDArray[np.float32], NDArray[np.float32], dict[str, Any]]:
    """What `pack` wrote: weights, bias, about. Raises OSError, ValueError or KeyError when it is absent or damaged."""
    try:
        with np.load(path, allow_pickle=False) as file:
            weights = file["weights"].astype(np.float32) * np.float32(file["step"])
            bias, about = file["bias"].astype(np.float32), json.loads(str(file["about"]))
    except (BadZipFile, zlib.error) as error:
        raise ValueError(f"{path.name}: {error}") from error
    if weights.shape != (BUCKETS, len(bias)):
        raise ValueError(f"{path.name}: wrong shape {weights.shape}")
    return weights, bias, about
