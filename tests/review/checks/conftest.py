"""The built-in pack, compiled once."""

import pytest

from review.checks.advertising import Advertising
from review.rulepack import Pack, load


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load()


@pytest.fixture(scope="session")
def checker(pack: Pack) -> Advertising:
    return Advertising(pack)
