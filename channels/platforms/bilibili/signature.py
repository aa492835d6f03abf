"""The signature of Bilibili's open platform (x-bili-*, HMAC-SHA256), used by the adapter and checked by the sandbox.

Follows openhome.bilibili.com, "签名"; the query string is not signed, multipart and empty bodies count as empty.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping

from yiyuan import clock

EMPTY_MD5 = hashlib.md5(b"", usedforsecurity=False).hexdigest()
VERSION, METHOD = "2.0", "HMAC-SHA256"


def signature(secret: str, headers: Mapping[str, str]) -> str:
    """hex HMAC over the sorted x-bili-* headers, one "name:value" a line."""
    signed = sorted((name.lower(), value) for name, value in headers.items() if name.lower().startswith("x-bili-"))
    text = "\n".join(f"{name}:{value}" for name, value in signed)
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def signed_headers(
    client_id: str, secret: str, body: bytes = b"", *, nonce: str = "", timestamp: int = 0
) -> dict[str, str]:
    """The x-bili-* headers and Authorization for exactly these body bytes."""
    headers = {
        "x-bili-accesskeyid": client_id,
        "x-bili-content-md5": hashlib.md5(body, usedforsecurity=False).hexdigest(),
        "x-bili-signature-method": METHOD,
        "x-bili-signature-nonce": nonce or secrets.token_hex(16),
        "x-bili-signature-version": VERSION,
        "x-bili-timestamp": str(timestamp or int(clock.now().timestamp())),
    }
    return headers | {"Authorization": signature(secret, headers)}
