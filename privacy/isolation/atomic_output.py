"""Files that are being written: a final name only ever holds a whole file."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written(target: Path) -> Iterator[Path]:
    """A hidden name beside `target` (same disk, so the rename is atomic); it becomes `target` when all went well."""
    partial = target.with_name(f".{target.name}.{os.getpid()}.{secrets.token_hex(4)}.partial")
    try:
        yield partial
        partial.replace(target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            partial.unlink()
