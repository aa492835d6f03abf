"""sha256 of files that are asked for again and again: a large one is read once while it lies unchanged on the disk."""

import hashlib
import os
from pathlib import Path
from typing import BinaryIO, NamedTuple

PIECE = 1 << 20
#: A smaller file is read each time: that costs less than one tick of the clock by which file systems date a change,
#: so a change in the tick of the reading could not be seen by its date.
REMEMBERED = 8 << 20


class FileState(NamedTuple):
    """What changes with every write: the file behind the name, its length, and when content and inode last changed."""

    inode: int
    size: int
    modified_ns: int
    changed_ns: int

    @classmethod
    def of(cls, file: BinaryIO) -> "FileState":
        """The state of an open file."""
        seen = os.fstat(file.fileno())
        return cls(seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns)


class FileDigests:
    """The digests found so far, each with the state its file was in. One for each delivery; safe between threads."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[FileState, str]] = {}

    def of(self, path: Path) -> str:
        """sha256 of a file as it lies there now, hex. OSError when it is gone."""
        with path.open("rb") as file:
            return self.of_open(path, file)

    def of_open(self, path: Path, file: BinaryIO) -> str:
        """The same for a file that is open at its start; leaves it there."""
        state, known = FileState.of(file), self._known.get(path)
        if known is not None and known[0] == state:
            return known[1]
        sha = hashlib.sha256()
        while piece := file.read(PIECE):
            sha.update(piece)
        file.seek(0)
        if state.size >= REMEMBERED and FileState.of(file) == state:
            self._known[path] = state, sha.hexdigest()
        return sha.hexdigest()
