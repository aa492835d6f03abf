"""The only way to a score. Everything else asks here and never a model by name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import structlog
from numpy.typing import NDArray

from sentiment.scoring import model, signals, snownlp_fallback, targets
from sentiment.scoring.normalise import normalise
from yiyuan.codes import Sentiment
from yiyuan.text.linear_model import Model

log = structlog.get_logger()

#: From here on a class is called by its name; below, the comment is uncertain and a person may look.
SURE = 0.6
#: Log odds that a signal adds to negative: who writes 投诉 or 去世 is rarely content, whatever the other words say.
WEIGHT = {"threat": 3.0, "rights": 1.5, "death": 1.2, "privacy_leak": 1.5, "minor": 1.0, "adverse_event": 1.0}
#: Praise that so often means its opposite that nobody should count it as praise unread.
_SARCASM = re.compile(
    r"呵呵|真行啊?|可真[是会]|佩服佩服|不愧是|真有你们?的|厉害了|长见识|开眼了|好一个|\[doge\]|\[微笑\]|\[鼓掌\]\[鼓掌\]"
)


@dataclass(frozen=True, slots=True)
class Score:
    """What one comment says. `label`: negative, neutral, positive or uncertain."""

    p_negative: float
    label: Sentiment
    signals: list[str]
    targets: list[str]


def score_batch(texts: Sequence[str]) -> list[Score]:
    """Score raw texts, in order; made for batches of a thousand and more."""
    plain = [normalise(text) for text in texts]
    found = signals.find(plain)
    shares = probabilities(plain, found)
    return [
        Score(round(float(row[0]), 4), _label(text, row), names, about)
        for text, row, names, about in zip(plain, shares, found, targets.find(plain), strict=True)
    ]


@lru_cache(maxsize=1024)
def second_opinion(text: str) -> float:
    """P(negative) by SnowNLP, to be shown beside an uncertain score."""
    return float(snownlp_fallback.probabilities([normalise(text)])[0, 0])


def scorer() -> str:
    """Which scorer works now: the version of the weights, or "snownlp" when they cannot be read."""
    weights = _model()
    return weights.version if weights else "snownlp"


@lru_cache
def _model() -> Model | None:
    try:
        return model.load()
    except (OSError, ValueError, KeyError) as error:
        log.error("sentiment.weights_unreadable", error=type(error).__name__, fallback="snownlp")
        return None


def probabilities(plain: Sequence[str], found: Sequence[list[str]]) -> NDArray[np.float32]:
    """P(negative), P(neutral), P(positive) of normalised texts, one row each, their signals weighed in."""
    weights = _model()
    return _adjust(weights.probabilities(plain) if weights else snownlp_fallback.probabilities(plain), found)


def _adjust(shares: NDArray[np.float32], found: Sequence[list[str]]) -> NDArray[np.float32]:
    """Add the weight of the strongest signal to the odds of negative."""
    bonus = [max((WEIGHT.get(name, 0.0) for name in names), default=0.0) for names in found]
    raised = shares.copy()
    raised[:, 0] *= np.exp(np.asarray(bonus, np.float32))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)


def _label(text: str, row: NDArray[np.float32]) -> Sentiment:
    best = int(row.argmax())
    if row[best] < SURE or (model.CLASSES[best] == Sentiment.POSITIVE and _SARCASM.search(text)):
        return Sentiment.UNCERTAIN
    return model.CLASSES[best]
