"""What a decoding child may use, set by the child itself before it touches a foreign byte."""

import resource
import sys
from dataclasses import dataclass
from pathlib import Path

from yiyuan.settings import settings

GIB = 1024**3


@dataclass(frozen=True)
class Limits:
    """Wall seconds are kept by the parent, the rest by the kernel of the machine.

    written: largest file the child may write, bytes; 0 for children that only read.
    silent: seconds without a sign of life after which the parent ends the child.
    """

    wall: float
    silent: float = 300.0
    memory: int = 4 * GIB
    files: int = 128
    written: int = 0


def reading(seconds: float) -> Limits:
    """For a child that reads: `seconds` of wall time, no file written."""
    return Limits(wall=seconds, memory=settings().decode_memory_bytes)


def writing(seconds: float) -> Limits:
    """For a child that renders: it may write one file of up to four times the largest upload."""
    return Limits(wall=seconds, memory=settings().decode_memory_bytes, written=4 * settings().upload_max_bytes)


def _lower(which: int, value: int) -> None:
    hard = resource.getrlimit(which)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (value, value))


def apply(limits: Limits) -> None:
    """Take the limits for the rest of this process; they cannot be raised again."""
    _lower(resource.RLIMIT_CORE, 0)  # a core dump would be a plain copy of patient data
    _lower(resource.RLIMIT_NOFILE, limits.files)
    _lower(resource.RLIMIT_FSIZE, limits.written)
    _lower(resource.RLIMIT_CPU, int(limits.wall * 16))
    if sys.platform == "linux":  # elsewhere the limit counts otherwise or not at all
        # Bytes of address space in use; 0 where the system does not say.
        status = Path("/proc/self/statm")
        used = int(status.read_text().split()[0]) * resource.getpagesize() if status.exists() else 0
        _lower(resource.RLIMIT_AS, used + limits.memory)
