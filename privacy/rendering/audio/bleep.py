"""A tone over spans of sound. No decoding here."""

import numpy as np
from numpy.typing import NDArray

PITCH, LOUDNESS = 1000.0, 0.25


class Bleeper:
    """Replaces samples in spans (start, end), seconds from the first sample of the film."""

    def __init__(self, spans: list[tuple[float, float]], rate: int) -> None:
        self._spans, self._rate = spans, rate

    def over(self, samples: NDArray[np.float32], start: float) -> NDArray[np.float32]:
        """`samples` of shape (channels, n), the first one at `start` seconds; a copy where a span touches them."""
        times = start + np.arange(samples.shape[1]) / self._rate
        touched = np.zeros(samples.shape[1], dtype=bool)
        for begin, end in self._spans:
            touched |= (times >= begin) & (times < end)
        if not touched.any():
            return samples
        tone = (np.sin(times * 2 * np.pi * PITCH) * LOUDNESS).astype(np.float32)
        return np.where(touched, tone, samples).astype(np.float32)
