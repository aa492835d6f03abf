"""Digests of files: a large file is read once while it stays as it is, and again after any change."""

import hashlib
import os
import time
from pathlib import Path

import pytest

from yiyuan.storage import file_digest
from yiyuan.storage.file_digest import FileDigests

#: A change within one tick of the file system's clock has no date of its own.
TICK = 0.02


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "video.mp4"
    path.write_bytes(b"as it was signed")
    time.sleep(TICK)
    return path


def test_a_large_file_is_read_once_while_it_stays(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_digest, "REMEMBERED", 0)
    digests, sha256, calls = FileDigests(), hashlib.sha256, list[bytes]()

    def counted(content: bytes = b"") -> object:
        calls.append(content)
        return sha256(content)

    monkeypatch.setattr(hashlib, "sha256", counted)
    assert digests.of(path) == digests.of(path) == sha256(path.read_bytes()).hexdigest()
    assert len(calls) == 1


@pytest.mark.parametrize("remembered", [0, file_digest.REMEMBERED])
@pytest.mark.parametrize("hidden", [False, True], ids=["", "with the old date"])
def test_a_change_of_the_same_length_is_seen(
    path: Path, monkeypatch: pytest.MonkeyPatch, remembered: int, hidden: bool
) -> None:
    monkeypatch.setattr(file_digest, "REMEMBERED", remembered)
    digests, before, seen = FileDigests(), path.read_bytes(), path.stat()
    assert digests.of(path) == hashlib.sha256(before).hexdigest()
    changed = before[::-1]
    path.write_bytes(changed)
    if hidden:
        os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    assert digests.of(path) == hashlib.sha256(changed).hexdigest()


def test_another_file_of_the_same_bytes_in_its_place_has_the_same_digest(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_digest, "REMEMBERED", 0)
    digests = FileDigests()
    before = digests.of(path)
    other = path.with_suffix(".new")
    other.write_bytes(path.read_bytes())
    other.replace(path)
    assert digests.of(path) == before


def test_a_file_that_is_gone_is_no_digest(path: Path) -> None:
    digests = FileDigests()
    digests.of(path)
    path.unlink()
    with pytest.raises(FileNotFoundError):
        digests.of(path)
