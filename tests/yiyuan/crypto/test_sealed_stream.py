"""Sealed files: what goes in comes out, from any place; a change is noticed; nothing lies there in the clear."""

import io
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiyuan.codes import AssetRole
from yiyuan.crypto.sealed_stream import CHUNK, TAG, SealedReader, sealed
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, Failed, Missing, Refused
from yiyuan.storage import blob_store, media

KEY = bytes(range(32))
EDGES = [1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7]


def seal(plain: bytes) -> bytes:
    return b"".join(sealed([plain], KEY))


@pytest.mark.parametrize("size", EDGES)
def test_round_trip_at_chunk_edges(size: int) -> None:
    plain = bytes(i % 251 for i in range(size))
    reader = SealedReader(io.BytesIO(seal(plain)), KEY)
    assert reader.size == size
    assert io.BufferedReader(reader).read() == plain


@given(cuts=st.lists(st.integers(0, 9000), max_size=30), where=st.integers(0, 200_000), length=st.integers(0, 90_000))
def test_any_arrival_and_any_seek(cuts: list[int], where: int, length: int) -> None:
    plain = bytes(i % 253 for i in range(sum(cuts) + CHUNK + 11))
    parts, at = [], 0
    for cut in cuts:
        parts.append(plain[at : at + cut])
        at += cut
    stored = b"".join(sealed([*parts, plain[at:]], KEY))
    reader = io.BufferedReader(SealedReader(io.BytesIO(stored), KEY))
    reader.seek(where)
    assert reader.read(length) == plain[where : where + length]


@pytest.mark.parametrize("place", [0, 9, CHUNK + 30, -1])
def test_one_changed_bit_is_noticed(place: int) -> None:
    stored = bytearray(seal(b"a" * (CHUNK + 50)))
    stored[place] ^= 1
    with pytest.raises(Failed):
        io.BufferedReader(SealedReader(io.BytesIO(bytes(stored)), KEY)).read()


def test_cut_at_a_chunk_edge_is_noticed() -> None:
    stored = seal(b"a" * (2 * CHUNK + 50))[: 8 + 2 * (CHUNK + TAG)]
    with pytest.raises(Failed):
        io.BufferedReader(SealedReader(io.BytesIO(stored), KEY)).read()


def test_nothing_in_the_clear_on_disk(home: Path) -> None:
    with transaction() as s:
        media.store_sealed(s, "患者王小明".encode() * 5000, role=AssetRole.TEXTS)
    stored = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert "王小明".encode() not in stored


def _failing() -> Iterable[bytes]:
    yield b"a" * 100_000
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("source", "limit", "error"), [(b"", None, BadInput), (b"a" * 11, 10, BadInput), (_failing(), None, Failed)]
)
def test_a_refused_upload_leaves_nothing(home: Path, source: bytes, limit: int | None, error: type[Exception]) -> None:
    with pytest.raises(error):
        media.seal_stream(source, role=AssetRole.VIDEO, limit=limit)
    assert [path for path in blob_store.folder().rglob("*") if path.is_file()] == []


def test_an_erased_original_cannot_be_opened(home: Path) -> None:
    with transaction() as s:
        asset = media.store_sealed(s, b"secret", role=AssetRole.VIDEO)
        media.erase(s, asset, None)
    with pytest.raises(Missing):
        media.open_asset(asset)
    assert [path for path in blob_store.folder().rglob("*") if path.is_file()] == []


def test_an_original_is_never_handed_out_as_a_file(home: Path) -> None:
    with transaction() as s:
        asset = media.store_sealed(s, b"secret", role=AssetRole.VIDEO)
    with pytest.raises(Refused):
        media.derived_path(asset)
