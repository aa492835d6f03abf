"""Sealed blobs: AES-256-GCM in chunks of 64 KiB, so that a reader can seek and a changed or cut file is noticed.

Layout: 8 random bytes, then per chunk ciphertext and tag. The nonce of chunk i is those 8 bytes and i as a big-endian
uint32; whether it is the last one is bound in as associated data (the STREAM construction of Hoang, Reyhanitabar,
Rogaway and Vizár, "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015).
"""

import io
import os
import secrets
import struct
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from yiyuan.errors import Failed
from yiyuan.i18n import _

CHUNK, TAG, PREFIX = 64 * 1024, 16, 8


def _nonce(prefix: bytes, index: int) -> bytes:
    return prefix + struct.pack(">I", index)


def chunks_of(parts: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Cut parts of any length into (chunk, is it the last): all but the last are CHUNK bytes long."""
    held = bytearray()
    for part in parts:
        held += part
        while len(held) > CHUNK:
            yield bytes(held[:CHUNK]), False
            del held[:CHUNK]
    yield bytes(held), True


def sealed(parts: Iterable[bytes], key: bytes) -> Iterator[bytes]:
    """The sealed form of a stream of plain parts, piece by piece."""
    cipher, prefix = AESGCM(key), secrets.token_bytes(PREFIX)
    yield prefix
    for index, (chunk, last) in enumerate(chunks_of(parts)):
        yield cipher.encrypt(_nonce(prefix, index), chunk, b"last" if last else b"more")


class SealedReader(io.RawIOBase):
    """Seekable plain view of a sealed file; decrypts one chunk at a time and keeps the last one."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        self._file, self._cipher = file, AESGCM(key)
        whole = file.seek(0, os.SEEK_END)
        file.seek(0)
        self._prefix = file.read(PREFIX)
        body = whole - PREFIX
        self._chunks = max(1, -(-body // (CHUNK + TAG)))
        self.size = body - self._chunks * TAG
        self._at, self._index, self._plain = 0, -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def _chunk(self, index: int) -> bytes:
        if index != self._index:
            self._file.seek(PREFIX + index * (CHUNK + TAG))
            last = b"last" if index == self._chunks - 1 else b"more"
            try:
                self._plain = self._cipher.decrypt(_nonce(self._prefix, index), self._file.read(CHUNK + TAG), last)
            except InvalidTag:
                raise Failed(_("密封原件已损坏或被改动，请从备份恢复")) from None
            self._index = index
        return self._plain

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self._at >= self.size:
            return 0
        index, skip = divmod(self._at, CHUNK)
        piece = self._chunk(index)[skip : skip + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()
