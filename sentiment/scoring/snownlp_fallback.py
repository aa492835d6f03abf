"""SnowNLP: the second opinion, and the scorer of last resort when the shipped weights cannot be read.

It was made for shop reviews and is slow (hundreds of comments a second) and weak on comments (bench/sentiment), so its
odds are pulled towards even before anything relies on them.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sentiment.scoring.model import CLASSES

#: Its log odds are divided by this; fitted on our own hospital lines (training/sentiment/temperature.py).
TEMPERATURE = 1.4


def probabilities(texts: Sequence[str]) -> NDArray[np.float32]:
    """P(negative), P(neutral), P(positive) of normalised texts; it knows no neutral, so even odds count as neutral."""
    rows = [_row(text) for text in texts]
    return np.asarray(rows, np.float32).reshape(len(rows), len(CLASSES))


def _row(text: str) -> tuple[float, float, float]:
    from snownlp import SnowNLP  # 40 MB of tables: loaded when it is needed

    if not text.strip():
        return 0.0, 1.0, 0.0
    raw = min(max(float(SnowNLP(text).sentiments), 1e-6), 1 - 1e-6)
    positive = 1 / (1 + ((1 - raw) / raw) ** (1 / TEMPERATURE))
    neutral = 0.5 * (1 - abs(2 * positive - 1))
    return (1 - positive) * (1 - neutral), neutral, positive * (1 - neutral)
