"""The way back from a redacted text: what was taken out, sealed under a key, never plain on disk.

A map is a file of one line of JSON (what it is and which key opens it) and, after it, a sealed stream (AES-256-GCM in
chunks, `yiyuan.crypto.sealed_stream`) under a key of its own, which the line holds wrapped (AES-256-GCM) by the key of
the installation or by one in a file. Inside, a line of JSON for each text: its id, the sha256 of the redacted text, and
the places with what stood there. Without the redacted text the map gives no text back.
"""

import base64
import hashlib
import io
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privacy.types import Redaction
from yiyuan.crypto.keyring import NONCE, keyring
from yiyuan.crypto.sealed_stream import SealedReader, sealed
from yiyuan.errors import BadInput, Conflict, Failed, Missing
from yiyuan.i18n import _

MARK, VERSION = "yiyuan-redaction-map", 1
_BOUND = b"yiyuan redaction map"


@dataclass(frozen=True)
class Key:
    """A key that wraps the key of a map. kind: keyring (the installation's) or file."""

    kind: Literal["keyring", "file"]
    secret: bytes = b""

    def __repr__(self) -> str:
        return f"Key({self.kind})"

    def wrap(self, inner: bytes) -> bytes:
        """The inner key, encrypted."""
        if self.kind == "keyring":
            return keyring().wrap(inner)
        nonce = secrets.token_bytes(NONCE)
        return nonce + AESGCM(self.secret).encrypt(nonce, inner, _BOUND)

    def unwrap(self, wrapped: bytes) -> bytes:
        """The inner key again; Failed when it was wrapped by another key, or changed."""
        if self.kind == "keyring":
            return keyring().unwrap(wrapped)
        try:
            return AESGCM(self.secret).decrypt(wrapped[:NONCE], wrapped[NONCE:], _BOUND)
        except (InvalidTag, ValueError):
            raise Failed(_("密钥打不开这份映射：请使用脱敏时的密钥文件"), field="key_file") from None


def key_of(path: Path | None) -> Key:
    """The key in a file (32 bytes in base64), or the installation's own. Missing or BadInput for a file without one."""
    if path is None:
        return Key("keyring")
    try:
        secret = base64.b64decode(path.read_text(encoding="ascii").strip(), validate=True)
    except FileNotFoundError:
        message = _("找不到密钥文件 {path}；可用 openssl rand -base64 32 生成一个并妥善保管")
        raise Missing(message.format(path=path)) from None
    except (ValueError, OSError):
        secret = b""
    if len(secret) != 32:
        raise BadInput(_("密钥文件须是 32 字节的 base64 文本"), field="key_file")
    return Key("file", secret)


def entry(identity: Any, original: str, done: Redaction) -> bytes:
    """The line of one text."""
    places = [
        [start, end, original[hit.start : hit.end]] for hit, (start, end) in zip(done.hits, done.new_spans, strict=True)
    ]
    body = {"id": identity, "sha256": _sha(done.text), "places": places}
    return json.dumps(body, ensure_ascii=False).encode() + b"\n"


def write(target: Path, key: Key, entries: Iterable[bytes]) -> None:
    """Seal entries as they come into a file only its owner reads; it appears when whole. Conflict: one is there."""
    if target.exists():
        raise Conflict(_("映射文件 {path} 已存在，不会覆盖").format(path=target), field="map")
    inner = secrets.token_bytes(32)
    head = {"form": MARK, "version": VERSION, "key": key.kind, "wrapped": base64.b64encode(key.wrap(inner)).decode()}
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(json.dumps(head).encode() + b"\n")
            for piece in sealed(entries, inner):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        os.link(partial, target)  # never over one that came meanwhile
    except FileExistsError:
        raise Conflict(_("映射文件 {path} 已存在，不会覆盖").format(path=target), field="map") from None
    finally:
        partial.unlink(missing_ok=True)


def digest(path: Path) -> str:
    """sha256 of a map's bytes: how the audit log names it. Missing when there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        raise Missing(_("找不到映射文件 {path}").format(path=path)) from None


class Map:
    """An opened map. BadInput: it is none. Failed: the key does not open it, or it was changed."""

    def __init__(self, path: Path, key: Key) -> None:
        content = path.read_bytes()
        head, _mark, _rest = content.partition(b"\n")
        kind, wrapped = _head(head)
        if kind != key.kind:
            needed = _("本系统的密钥") if kind == "keyring" else _("密钥文件（--key-file）")
            raise BadInput(_("这份映射要用{needed}打开").format(needed=needed), field="key_file")
        inner = key.unwrap(wrapped)
        self._places: dict[tuple[str, str], list[Any]] = {}
        for record in _lines(content[len(head) + 1 :], inner):
            self._places.setdefault((_name(record["id"]), record["sha256"]), []).append(record["places"])

    def __len__(self) -> int:
        return len(self._places)

    def opened(self, redacted: str, identity: Any = None) -> str:
        """The text of this id as it was before it was redacted.

        Missing: it is none of this map, or it was changed since. Conflict: several texts with this id came out alike.
        """
        known = self._places.get((_name(identity), _sha(redacted)), [])
        if not known:
            raise Missing(_("这段文字不在映射里，或脱敏后被改动过，无法还原"))
        if any(places != known[0] for places in known):  # two patients are both 患者A: never guess whose text it was
            raise Conflict(_("同一编号下有几段不同的原文脱敏后相同，无法判断是哪一段"))
        pieces, last = list[str](), 0
        for start, end, value in known[0]:
            pieces += [redacted[last:start], value]
            last = end
        return "".join([*pieces, redacted[last:]])


def _head(line: bytes) -> tuple[str, bytes]:
    try:
        head = json.loads(line)
        fits = head["form"] == MARK and head["version"] == VERSION
        kind, wrapped = str(head["key"]), base64.b64decode(head["wrapped"], validate=True)
    except (ValueError, KeyError, TypeError):
        fits, kind, wrapped = False, "", b""
    if not fits:
        raise BadInput(_("这不是脱敏映射文件"), field="map")
    return kind, wrapped


def _lines(body: bytes, inner: bytes) -> Iterator[dict[str, Any]]:
    plain = io.BufferedReader(SealedReader(io.BytesIO(body), inner))
    for line in plain:
        yield json.loads(line)


def _name(identity: Any) -> str:
    return json.dumps(identity, sort_keys=True)


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
