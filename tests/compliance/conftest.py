"""The built-in pack, compiled once."""

import pytest

from compliance.advertising.checker import Advertising
from compliance.rulepack.loader import load
from compliance.rulepack.schema import Pack


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load()


@pytest.fixture(scope="session")
def checker(pack: Pack) -> Advertising:
    """The rules alone."""
    return Advertising(pack.without_voice())


@pytest.fixture(scope="session")
def both(pack: Pack) -> Advertising:
    """The rules and the second voice."""
    return Advertising(pack)
