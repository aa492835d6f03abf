"""Commands set up logging on the stream of their test; the next test must not write there."""

from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    """Forget the logging that a command set up."""
    yield
    structlog.reset_defaults()
