"""Fit the temperature of `sentiment.scoring.snownlp_fallback`: python -m training.sentiment.temperature."""

import numpy as np
from scipy.optimize import minimize_scalar
from snownlp import SnowNLP

from training.sentiment import corpora


def main() -> None:
    """Print the temperature with the least log loss over the negative and positive lines."""
    own = corpora.own_lines()
    polar = [(text, column == 0) for text, column in zip(own.texts, own.columns, strict=True) if column != 1]
    raw = np.clip([SnowNLP(text).sentiments for text, _ in polar], 1e-6, 1 - 1e-6)
    odds, bad = np.log((1 - raw) / raw), np.array([bad for _, bad in polar])

    def loss(heat: float) -> float:
        return float(np.log1p(np.exp(np.where(bad, -odds, odds) / heat)).mean())

    best = minimize_scalar(loss, bounds=(0.3, 30), method="bounded")
    right = ((odds > 0) == bad).mean()
    print(f"{len(polar)} lines, accuracy {right:.3f}, temperature {best.x:.2f}, log loss {best.fun:.3f}")


if __name__ == "__main__":
    main()
