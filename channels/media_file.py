"""A file that goes out. Its bytes are read through here only, which gives none that differ from those signed."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from channels.errors import ContentChanged
from yiyuan.i18n import _
from yiyuan.storage.file_digest import FileDigests, FileState

PIECE = 256 * 1024


@dataclass(frozen=True)
class Media:
    """A desensitised file as it lies on this machine. digests: what is known of its bytes, shared by a delivery."""

    path: Path
    sha256: str
    size: int
    media_type: str
    digests: FileDigests = field(default_factory=FileDigests, repr=False, compare=False)

    def check(self) -> None:
        """ContentChanged unless the file's bytes are those that were signed; OSError when it is gone."""
        if self.digests.of(self.path) != self.sha256:
            raise _changed()

    async def read(self) -> bytes:
        """All bytes, for covers and pictures. ContentChanged when they are not those that were signed."""
        content = await asyncio.to_thread(self.path.read_bytes)
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise _changed()
        return content

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """The file open for reading, checked. ContentChanged also at the end, when it was written to meanwhile."""
        with self.path.open("rb") as file:
            if self.digests.of_open(self.path, file) != self.sha256:
                raise _changed()
            state = FileState.of(file)
            yield file
            if FileState.of(file) != state:
                raise _changed()

    async def stream(self, offset: int, size: int) -> AsyncIterator[bytes]:
        """Bytes [offset, offset + size), piece by piece, checked as by `opened`.

        A file written to meanwhile ends the stream before its last piece: a body of announced length stays incomplete.
        """
        held: bytes | None = None
        await asyncio.to_thread(self.check)  # a large file that changed is read here, not in the event loop
        with self.opened() as file:
            file.seek(offset)
            while size and (piece := await asyncio.to_thread(file.read, min(PIECE, size))):
                size -= len(piece)
                if held is not None:
                    yield held
                held = piece
        if held is not None:
            yield held


def _changed() -> ContentChanged:
    return ContentChanged(_("素材文件与审核时不一致，已拒绝发布"))
