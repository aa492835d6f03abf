"""What the reconciler makes of a row and of what Prefect says about its run."""

from datetime import timedelta

import pytest

from flows.runtime.reconcile import PENDING_SECONDS, Seen, verdict
from yiyuan import clock
from yiyuan.models import OutboxRow

NOW = clock.now()
FRESH, OUT = NOW + timedelta(seconds=20), NOW - timedelta(seconds=1)
OLD = NOW - timedelta(seconds=PENDING_SECONDS + 1)


@pytest.mark.parametrize(
    ("lease", "seen", "expected"),
    [
        (FRESH, None, "keep"),
        (OUT, None, "again"),
        (FRESH, Seen("COMPLETED"), "done"),
        (OUT, Seen("COMPLETED"), "done"),
        (FRESH, Seen(""), "again"),
        (FRESH, Seen("FAILED"), "again"),
        (FRESH, Seen("CRASHED"), "again"),
        (FRESH, Seen("CANCELLED"), "again"),
        (OUT, Seen("SCHEDULED"), "renew"),
        (OUT, Seen("PENDING", NOW), "renew"),
        (FRESH, Seen("PENDING", OLD), "again"),
        (FRESH, Seen("RUNNING", OLD), "keep"),
        (OUT, Seen("RUNNING", OLD), "again"),
    ],
)
def test_verdict(lease: object, seen: Seen | None, expected: str) -> None:
    row = OutboxRow(step="intake", key="item:1:intake:v1", lease_until=lease)
    assert verdict(row, seen, NOW) == expected
