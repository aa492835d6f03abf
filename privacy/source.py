"""Where a file's bytes come from: named in the parent, opened in the decoding child."""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, ClassVar, Self

from pydantic import ConfigDict

if TYPE_CHECKING:
    from yiyuan.models.asset import Asset


@dataclass(frozen=True)
class Source:
    """A plain file, a stored asset, or the few bytes of something nobody stores as it came.

    Holds no bytes of a file and no open key: the key stays wrapped until `open`.
    """

    path: str = ""
    blob: str = ""
    kind: str = "derived"
    key: bytes | None = None
    sha256: str = ""
    size: int = 0
    content: bytes | None = None

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    @classmethod
    def of_path(cls, path: Path) -> Self:
        """A plain file on this machine."""
        return cls(path=str(path.resolve()), size=path.stat().st_size)

    @classmethod
    def of_asset(cls, asset: "Asset") -> Self:
        """A stored asset; a sealed one is decrypted while it is read and never written out plain."""
        return cls(blob=asset.blob, kind=asset.kind, key=asset.key, sha256=asset.sha256, size=asset.size)

    @classmethod
    def of_bytes(cls, content: bytes) -> Self:
        """An upload in memory: it crosses to the child with the job and lies on no disk."""
        return cls(content=content, sha256=hashlib.sha256(content).hexdigest(), size=len(content))

    @property
    def identity(self) -> str:
        """The same for the same bytes: the digest of a stored asset, place, size and time of a plain file."""
        if not self.path:
            return f"{self.sha256}:{self.size}"
        seen = Path(self.path).stat()
        return f"{self.path}:{seen.st_size}:{seen.st_mtime_ns}"

    def open(self) -> BinaryIO:
        """A seekable reader of the plain bytes. OSError when the file is gone, Failed when the key does not open it."""
        if self.content is not None:
            return io.BytesIO(self.content)
        if self.path:
            return Path(self.path).open("rb")
        from yiyuan.models.asset import Asset
        from yiyuan.storage.media import (
            open_asset,  # keys, blobs and tables load slowly and a plain file needs none of them
        )

        detached = Asset(blob=self.blob, kind=self.kind, key=self.key, sha256=self.sha256, size=self.size)
        return open_asset(detached)
