"""Keys outside the database: one that wraps the keys of sealed assets, one for the HMACs of decisions and tokens.

They live in `keys/` of the data folder with mode 0600, or in the file YIYUAN_KEY_FILE names. Losing the wrapping key
loses every original; a copy of the database alone opens nothing and forges nothing.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from yiyuan.errors import Failed
from yiyuan.i18n import _
from yiyuan.settings import settings

NONCE = 12


@dataclass(frozen=True, repr=False)
class Keyring:
    """The two keys of an installation, 32 bytes each."""

    wrapping: bytes
    signing: bytes

    def seal(self, plain: bytes) -> bytes:
        """Nonce and AES-256-GCM ciphertext of a small secret (an asset key, credentials)."""
        nonce = secrets.token_bytes(NONCE)
        return nonce + AESGCM(self.wrapping).encrypt(nonce, plain, None)

    def open(self, sealed: bytes) -> bytes:
        """The secret again; Failed when it was sealed with another key or changed."""
        try:
            return AESGCM(self.wrapping).decrypt(sealed[:NONCE], sealed[NONCE:], None)
        except InvalidTag:
            raise Failed(_("密钥与数据不匹配：请恢复本数据目录原来的密钥文件"), field="key_file") from None

    wrap = seal
    unwrap = open

    def mac(self, data: bytes) -> str:
        """HMAC-SHA256 of `data`, hex."""
        return hmac.new(self.signing, data, hashlib.sha256).hexdigest()


def key_path() -> Path:
    """Where the keys of this installation are."""
    return settings().key_file or settings().home / "keys" / "yiyuan.json"


def _create(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    body = {name: base64.b64encode(secrets.token_bytes(32)).decode() for name in ("wrapping", "signing")}
    partial = path.with_suffix(f".{os.getpid()}.partial")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(body, file)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(partial, path)  # fails when another process was first: its keys stand
    except FileExistsError:
        pass
    finally:
        partial.unlink()


@lru_cache
def _read(path: Path) -> Keyring:
    if not path.exists():
        if settings().key_file:
            raise Failed(_("找不到密钥文件 {path}").format(path=path), field="key_file")
        _create(path)
    try:
        body = json.loads(path.read_text())
        keys = Keyring(base64.b64decode(body["wrapping"]), base64.b64decode(body["signing"]))
    except (ValueError, KeyError, TypeError):
        raise Failed(_("密钥文件 {path} 已损坏，请从备份恢复").format(path=path), field="key_file") from None
    if (len(keys.wrapping), len(keys.signing)) != (32, 32):
        raise Failed(_("密钥文件 {path} 已损坏，请从备份恢复").format(path=path), field="key_file")
    return keys


def keyring() -> Keyring:
    """The keys of this installation; made on first use in the data folder, never in place of a named key file."""
    return _read(key_path().resolve())
