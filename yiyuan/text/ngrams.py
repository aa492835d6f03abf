"""Hashed character n-grams of a batch of texts, made by numpy at once, without a segmenter."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

#: Buckets of the hash. The weight table has as many rows.
BUCKETS = 1 << 18
GRAMS = 3
_SHIFT = np.uint64(64 - 18)
_MULTIPLIERS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9))
_SALTS = (np.uint64(0x27D4EB2F165667C5), np.uint64(0x85EBCA77C2B2AE63), np.uint64(0xD6E8FEB86659FD93))


def hashed(texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Bucket and text number of every n-gram (n = 1, 2, 3) of normalised texts; two arrays of equal length."""
    # Code points of all texts, each framed by one blank on both sides, and the number of the text they belong to.
    framed = [f" {text} " for text in texts]
    codes = np.frombuffer("".join(framed).encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    codes[(codes >= 48) & (codes <= 57)] = 48  # one digit is as good as another
    owner = np.repeat(np.arange(len(texts)), np.fromiter((len(text) for text in framed), np.int64, len(texts)))
    buckets: list[NDArray[np.int64]] = []
    owners: list[NDArray[np.int64]] = []
    mixed = np.zeros(len(codes), np.uint64)
    for n in range(min(GRAMS, len(codes))):
        mixed = (mixed[: len(codes) - n] ^ codes[n:]) * _MULTIPLIERS[n]
        mixed ^= mixed >> np.uint64(29)
        whole = owner[: len(codes) - n] == owner[n:]
        spread = (mixed + _SALTS[n]) * _MULTIPLIERS[0]
        buckets.append((spread[whole] >> _SHIFT).astype(np.int64))
        owners.append(owner[n:][whole])
    return np.concatenate(buckets), np.concatenate(owners)
