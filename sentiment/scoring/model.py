"""The comment scorer's model: the shipped weights over negative, neutral, positive."""

from functools import lru_cache
from pathlib import Path

from yiyuan.codes import Sentiment
from yiyuan.text.linear_model import Model, unpack

WEIGHTS = Path(__file__).with_name("weights.npz")


#: Columns of the table and of every result.
CLASSES = (Sentiment.NEGATIVE, Sentiment.NEUTRAL, Sentiment.POSITIVE)


@lru_cache
def load(path: Path = WEIGHTS) -> Model:
    """The shipped model. Raises OSError, ValueError or KeyError when the file is absent or damaged."""
    weights, bias, about = unpack(path)
    if bias.shape != (len(CLASSES),):
        raise ValueError(f"{path.name}: wrong shape {weights.shape}")
    return Model(weights, bias, str(about["version"]))
