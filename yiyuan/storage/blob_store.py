"""Where blobs lie: a folder, or a bucket when YIYUAN_MEDIA_URL says so (through obstore)."""

import os
import tempfile
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, cast

import obstore
from obstore.exceptions import GenericError
from obstore.store import from_url
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from yiyuan.errors import Failed, Missing
from yiyuan.i18n import _
from yiyuan.settings import settings

#: obstore tries a request again by itself, but not a body that breaks off. Reads only: nothing here sends twice.
_reading = Retrying(
    retry=retry_if_exception_type(GenericError),
    stop=stop_after_attempt(3),
    wait=wait_exponential(0.2, max=2),
    reraise=True,
)
NO_SPACE = 28  # errno.ENOSPC


def folder() -> Path:
    """The local folder of blobs; with a bucket, the folder of copies being made or read."""
    path = settings().home.resolve() / "media"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def work_folder() -> Path:
    """A folder on the same disk for files in the making."""
    path = folder() / "partial"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


@lru_cache
def _bucket(url: str) -> Any:
    return from_url(url)


def full_disk(error: OSError) -> Failed | OSError:
    """The error to show for a failed write: a full disk gets a sentence of its own."""
    return Failed(_("磁盘已满，未保存任何内容：请清理磁盘后重试")) if error.errno == NO_SPACE else error


def write_partial(parts: Iterable[bytes]) -> Path:
    """Write parts to a new file in the work folder; nothing is left behind when that fails."""
    handle, name = tempfile.mkstemp(dir=work_folder())
    try:
        with os.fdopen(handle, "wb") as file:
            for part in parts:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
    except BaseException as error:
        Path(name).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise full_disk(error) from error
        raise
    return Path(name)


def keep(partial: Path, blob: str) -> None:
    """Move a finished file to its place. A blob that is there already is the same bytes."""
    if settings().media_url:
        obstore.put(_bucket(settings().media_url), blob, partial)
        partial.unlink()
        return
    target = folder() / blob
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial.replace(target)


def local(blob: str) -> Path:
    """A local path of a blob; from a bucket it is copied once. Missing when there is no such blob."""
    path = folder() / blob
    if path.exists():
        return path
    if not settings().media_url:
        raise Missing(_("素材文件不在存储中，请从备份恢复"))
    try:
        partial = _reading(_fetched, blob)
    except FileNotFoundError:
        raise Missing(_("素材文件不在存储中，请从备份恢复")) from None
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial.replace(path)
    return path


def _fetched(blob: str) -> Path:
    return write_partial(bytes(part) for part in obstore.get(_bucket(settings().media_url), blob))


def read(blob: str) -> BinaryIO:
    """Open a blob for reading."""
    return cast(BinaryIO, local(blob).open("rb"))


def remove(blob: str) -> None:
    """Delete a blob here and in the bucket."""
    (folder() / blob).unlink(missing_ok=True)
    if settings().media_url:
        obstore.delete(_bucket(settings().media_url), blob)
