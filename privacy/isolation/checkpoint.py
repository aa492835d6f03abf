"""Where a long pass 1 goes on after it was killed: sealed states in the data folder, opaque to the parent."""

import contextlib
import hashlib
import json
import secrets
from pathlib import Path

from privacy.job import Job
from yiyuan.crypto.keyring import keyring
from yiyuan.errors import Failed
from yiyuan.settings import settings

FORM = "4"  # of the state; an older one is not read


class Saved:
    """The saved state of one job, found again by what the job is about."""

    def __init__(self, job: Job) -> None:
        self._path = settings().home.resolve() / "cache" / "resume" / f"{_name(job)}.sealed"

    def read(self) -> bytes:
        """The last state; empty when there is none that can be opened."""
        try:
            return keyring().open(self._path.read_bytes())
        except (FileNotFoundError, Failed):
            return b""

    def write(self, state: bytes) -> None:
        """Keep a state instead of the last one. It holds faces and texts, so it is sealed."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = self._path.with_suffix(f".{secrets.token_hex(4)}.partial")
        partial.write_bytes(keyring().seal(state))
        partial.replace(self._path)

    def forget(self) -> None:
        """The job is done."""
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()


def _name(job: Job) -> str:
    source = job.source
    if source.path:
        seen = Path(source.path).stat()
        what: list[object] = [source.path, seen.st_size, seen.st_mtime_ns]
    else:
        what = [source.blob, source.sha256, source.size]
    about = json.dumps([FORM, job.profile, job.scene_detector, sorted(job.allow), job.subtitles, *what])
    return hashlib.sha256(about.encode()).hexdigest()[:32]
