"""Reading from a bucket: a body that breaks off is read again, a bounded number of times; nothing half is kept."""

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

import obstore
import pytest
from obstore.exceptions import GenericError

from yiyuan.errors import Missing
from yiyuan.settings import settings
from yiyuan.storage import blob_store

BODY = b"body" * 1000
BLOB = hashlib.sha256(BODY).hexdigest()


class Bucket:
    """Gives a body that breaks off `faults` times; counts what is asked and how long is waited."""

    def __init__(self, faults: int, error: Exception) -> None:
        self.faults, self.error, self.asked = faults, error, 0
        self.waits: list[float] = []

    def get(self, _store: object, _blob: str) -> Iterator[bytes]:
        self.asked += 1
        yield BODY[:100]
        if self.asked <= self.faults:
            raise self.error
        yield BODY[100:]


def bucket(monkeypatch: pytest.MonkeyPatch, faults: int, error: Exception) -> Bucket:
    monkeypatch.setenv("YIYUAN_MEDIA_URL", "memory:///")
    settings.cache_clear()
    bucket = Bucket(faults, error)
    monkeypatch.setattr(obstore, "get", bucket.get)
    monkeypatch.setattr(time, "sleep", bucket.waits.append)
    return bucket


@pytest.mark.parametrize("faults", [0, 1, 2])
def test_a_body_that_breaks_off_is_read_again(home: Path, monkeypatch: pytest.MonkeyPatch, faults: int) -> None:
    found = bucket(monkeypatch, faults, GenericError("connection reset"))
    with blob_store.read(BLOB) as stream:
        assert stream.read() == BODY
    assert found.asked == faults + 1
    assert len(found.waits) == faults and all(0 < wait <= 2 for wait in found.waits)
    assert list(blob_store.work_folder().iterdir()) == []


def test_after_three_times_the_error_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = bucket(monkeypatch, 9, GenericError("connection reset"))
    with pytest.raises(GenericError):
        blob_store.read(BLOB)
    assert found.asked == 3
    assert list(blob_store.work_folder().iterdir()) == [] and not (blob_store.folder() / BLOB).exists()


@pytest.mark.parametrize(
    ("error", "raised"), [(FileNotFoundError("no"), Missing), (PermissionError("no"), PermissionError)]
)
def test_other_errors_are_not_tried_again(
    home: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, raised: type[Exception]
) -> None:
    found = bucket(monkeypatch, 9, error)
    with pytest.raises(raised):
        blob_store.read(BLOB)
    assert found.asked == 1 and found.waits == []
