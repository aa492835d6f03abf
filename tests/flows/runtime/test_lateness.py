"""Late ticks are left to the next one."""

from datetime import timedelta

import pytest

from flows.runtime.lateness import is_late
from yiyuan import clock


@pytest.mark.parametrize(("late_by", "expected"), [(-1, False), (0, False), (59, False), (60, True), (3600, True)])
def test_late(late_by: float, expected: bool) -> None:
    now = clock.now()
    assert is_late(now - timedelta(seconds=late_by), now, 60.0) is expected


def test_a_run_that_nobody_scheduled_is_never_late() -> None:
    assert not is_late(None, clock.now(), 60.0)
