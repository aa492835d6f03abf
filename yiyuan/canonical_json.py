"""Canonical JSON: one sequence of bytes for one value, so that a digest means the same everywhere (after RFC 8785)."""

import hashlib
import json
from datetime import UTC, date, datetime
from typing import Any


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"not canonical: {type(value).__name__}")


def canonical(value: Any) -> bytes:
    """Sorted keys, no spaces, UTF-8, times in UTC; NaN and unknown types are refused."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_plain)
    return text.encode()


def digest(value: Any) -> str:
    """sha256 of the canonical form, hex."""
    return hashlib.sha256(canonical(value)).hexdigest()
