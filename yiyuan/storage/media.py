"""Assets and their bytes: originals sealed as they arrive, derived files plain and content-addressed."""

import hashlib
import io
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from yiyuan import audit, clock
from yiyuan.codes import AssetKind, AssetRole, AuditAction
from yiyuan.crypto.keyring import keyring
from yiyuan.crypto.sealed_stream import SealedReader, sealed
from yiyuan.errors import BadInput, Missing, Refused
from yiyuan.i18n import _
from yiyuan.models import Asset, Item, Staff
from yiyuan.staff.permissions import Action, may, roles_in_words
from yiyuan.storage import blob_store

PIECE = 1024 * 1024


def pieces(source: bytes | BinaryIO | Path | Iterable[bytes]) -> Iterator[bytes]:
    """The bytes of whatever holds them, piece by piece."""
    if isinstance(source, bytes):
        yield source
    elif isinstance(source, Path):
        with source.open("rb") as file:
            yield from iter(lambda: file.read(PIECE), b"")
    elif hasattr(source, "read"):
        yield from iter(lambda: cast(BinaryIO, source).read(PIECE), b"")
    else:
        yield from source


class _Metered:
    """Passes bytes on, counts and hashes them, and stops at the limit."""

    def __init__(self, limit: int | None) -> None:
        self.limit, self.size, self._sha = limit, 0, hashlib.sha256()

    def over(self, parts: Iterable[bytes]) -> Iterator[bytes]:
        for part in parts:
            self.size += len(part)
            if self.limit is not None and self.size > self.limit:
                size = self.limit // 1024**2
                raise BadInput(_("文件超过 {size} MB 的上限，请压缩或剪短后再上传").format(size=size), field="file")
            self._sha.update(part)
            yield part
        if not self.size:
            raise BadInput(_("文件是空的（0 字节），请重新选择文件"), field="file")

    @property
    def sha256(self) -> str:
        return self._sha.hexdigest()


def seal_stream(
    source: bytes | BinaryIO | Path | Iterable[bytes],
    *,
    role: AssetRole,
    filename: str = "",
    media_type: str = "application/octet-stream",
    limit: int | None = None,
) -> Asset:
    """Encrypt a stream as it arrives and return its asset, not yet in the database (no transaction is held meanwhile).

    BadInput (field "file") when it is empty or larger than `limit` bytes; nothing stays behind then.
    """
    key, meter = secrets.token_bytes(32), _Metered(limit)
    partial = blob_store.write_partial(sealed(meter.over(pieces(source)), key))
    name = f"sealed/{secrets.token_hex(16)}"
    blob_store.keep(partial, name)
    return Asset(
        kind=AssetKind.ORIGINAL,
        role=role,
        sha256=meter.sha256,
        blob=name,
        key=keyring().wrap(key),
        filename=filename[:200],
        media_type=media_type,
        size=meter.size,
        created_at=clock.now(),
    )


def store_sealed(
    s: Session,
    source: bytes | BinaryIO | Path | Iterable[bytes],
    *,
    role: AssetRole,
    item_id: int | None = None,
    revision_id: int | None = None,
    filename: str = "",
    media_type: str = "application/octet-stream",
    limit: int | None = None,
) -> Asset:
    """`seal_stream` and add the row, for small sealed things (texts, a face crop, a detection)."""
    asset = seal_stream(source, role=role, filename=filename, media_type=media_type, limit=limit)
    asset.item_id, asset.revision_id = item_id, revision_id
    s.add(asset)
    s.flush()
    return asset


def keep_derived(
    source: bytes | BinaryIO | Path | Iterable[bytes], *, limit: int | None = None
) -> tuple[str, str, int]:
    """Store plain bytes under their sha256; returns (sha256, blob, size). No transaction is needed."""
    meter = _Metered(limit)
    partial = blob_store.write_partial(meter.over(pieces(source)))
    blob = f"derived/{meter.sha256[:2]}/{meter.sha256}"
    blob_store.keep(partial, blob)
    return meter.sha256, blob, meter.size


def store_derived(
    s: Session,
    source: bytes | BinaryIO | Path | Iterable[bytes],
    *,
    role: AssetRole,
    media_type: str,
    item_id: int | None = None,
    revision_id: int | None = None,
    source_id: int | None = None,
    filename: str = "",
    seconds: float | None = None,
    width: int | None = None,
    height: int | None = None,
    frames: int | None = None,
    profile: str = "",
) -> Asset:
    """Store a desensitised file, plain, and add its row. For large files call `keep_derived` before the transaction

    and pass the blob's path: storing the same bytes again costs a read, not a second copy.
    """
    sha256, blob, size = keep_derived(source)
    asset = Asset(
        kind=AssetKind.DERIVED,
        role=role,
        sha256=sha256,
        blob=blob,
        key=None,
        filename=filename[:200],
        media_type=media_type,
        size=size,
        item_id=item_id,
        revision_id=revision_id,
        source_id=source_id,
        seconds=seconds,
        width=width,
        height=height,
        frames=frames,
        profile=profile,
        created_at=clock.now(),
    )
    s.add(asset)
    s.flush()
    return asset


def open_blob(blob: str, key: bytes | None) -> BinaryIO:
    """A seekable reader of a blob; `key` is the unwrapped key of a sealed one, None for a plain one."""
    file = blob_store.read(blob)
    return file if key is None else cast(BinaryIO, io.BufferedReader(SealedReader(file, key), 256 * 1024))


def open_asset(asset: Asset) -> BinaryIO:
    """A seekable reader of an asset's plain bytes, for the machine. People go through `open_original`."""
    if asset.erased_at is not None:
        raise Missing(_("该素材已销毁"))
    if asset.kind == AssetKind.ORIGINAL:
        if asset.key is None:
            raise Missing(_("该素材的密钥已销毁，无法打开"))
        return open_blob(asset.blob, keyring().unwrap(asset.key))
    return open_blob(asset.blob, None)


def open_original(s: Session, asset_id: int, staff: Staff, reason: str) -> BinaryIO:
    """Open a sealed original for a person: needs a role (or authorship) and a reason, leaves an audit entry.

    Refused for everybody else. An entry written here would be rolled back with the caller's transaction, so a function
    that wants refusals on record writes them in one of its own.
    """
    asset = s.get(Asset, asset_id)
    if asset is None:
        raise Missing(_("素材不存在"))
    if not reason.strip():
        raise BadInput(_("请填写查看原件的理由"), field="reason")
    author = s.scalar(select(Item.author_id).where(Item.id == asset.item_id))
    if staff.id != author and not may(staff, Action.open_any_original):
        roles = roles_in_words(Action.open_any_original)
        raise Refused(_("只有作者、{roles}可以查看原件").format(roles=roles))
    audit.append(s, staff, AuditAction.ORIGINAL_OPEN, f"asset:{asset.id}", {"item": asset.item_id}, note=reason[:400])
    return open_asset(asset)


def derived_path(asset: Asset) -> Path:
    """A local path of a derived asset; Refused for an original, which never leaves its seal."""
    if asset.kind != AssetKind.DERIVED:
        raise Refused(_("原件不能直接使用，请先脱敏"))
    return blob_store.local(asset.blob)


def sha256_now(asset: Asset) -> str:
    """sha256 of the derived bytes as they lie there now, to compare with the signed one."""
    sha = hashlib.sha256()
    for part in pieces(derived_path(asset)):
        sha.update(part)
    return sha.hexdigest()


def erase(s: Session, asset: Asset, actor: Staff | None) -> None:
    """Destroy an asset's key and bytes; its row and its digest stay on record."""
    shared = s.scalar(select(Asset.id).where(Asset.blob == asset.blob, Asset.id != asset.id, Asset.erased_at.is_(None)))
    asset.key, asset.erased_at = None, clock.now()
    if shared is None:
        blob_store.remove(asset.blob)
    audit.append(s, actor, AuditAction.ASSET_ERASE, f"asset:{asset.id}", {"sha256": asset.sha256})
