"""Names of files that are being written; a final name only ever holds a whole file."""

import os
import secrets
from pathlib import Path


def partial_of(target: Path) -> Path:
    """A hidden name beside `target` (same disk, so the rename is atomic) that no other process uses."""
    return target.with_name(f".{target.name}.{os.getpid()}.{secrets.token_hex(4)}.partial")
