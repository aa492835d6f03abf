"""An event to give duties to, on a Wednesday at 10:00 in Shanghai."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from tests.support.duties import open_event
from yiyuan.models import Event, Staff

START = datetime(2026, 11, 25, 2, tzinfo=UTC)


@pytest.fixture
def now() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def event(staff: dict[str, Staff], now: time_machine.Traveller) -> Event:
    return open_event(staff["operations"])
