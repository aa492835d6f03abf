"""The one HTTP client of the adapters: it tells "was not sent" from "may have happened" and reads error codes.

All platforms answer 200 with an error code in the body, so the code decides, not the status. What each exception of
httpx says about the request (sent or not) follows its documentation of the exception hierarchy.
"""

import logging
from collections.abc import AsyncIterable, Collection, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from channels.errors import ChannelError, NotSent, OutcomeUnknown, RateLimited, RefusedByPlatform
from yiyuan.i18n import _

#: connect, read, write, pool in seconds. The lease of a delivery is renewed meanwhile.
TIMEOUT = httpx.Timeout(10.0, read=30.0, write=60.0)
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)

Faults = Mapping[int, type[ChannelError]]

# httpx logs every address, and 公众号 carries its access token in the address.
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)


@dataclass(frozen=True)
class ApiProfile:
    """How a platform speaks: its hosts, where code and reason stand in a body, which code means what.

    A code that is not in `faults` is a refusal.
    """

    hosts: frozenset[str] = frozenset()
    code: str = "code"
    reason: str = "message"
    faults: Faults = field(default_factory=dict)


def code_of(body: Mapping[str, Any], name: str) -> int:
    """The error code in a body; platforms send it as a number, a string or not at all (0)."""
    return int(body.get(name) or 0)


class PlatformClient:
    """Calls one platform, or the sandbox in its place when `sandbox_url` is given."""

    def __init__(
        self, dialect: ApiProfile, *, sandbox_url: str = "", transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.dialect = dialect
        self._sandbox = sandbox_url.rstrip("/")
        # Proxies of the environment are for the way out, never for the sandbox on this machine.
        self._http = httpx.AsyncClient(timeout=TIMEOUT, transport=transport, trust_env=not sandbox_url)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        await self._http.aclose()

    def address(self, url: str) -> str:
        """Where a call really goes. Hosts other than the platform's own are refused: no input ever picks a host."""
        parts = urlsplit(url)
        if parts.scheme != "https" or parts.netloc not in self.dialect.hosts:
            raise ValueError(f"not a host of this platform: {parts.netloc}")
        return f"{self._sandbox}/{parts.netloc}{parts.path}" if self._sandbox else url

    async def call(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        data: Mapping[str, str] | None = None,
        content: bytes | AsyncIterable[bytes] | None = None,
        files: Mapping[str, Any] | None = None,
        accept: Collection[int] = (),
        faults: Faults | None = None,
    ) -> dict[str, Any]:
        """The body of the answer, as a mapping.

        accept: error codes that are an answer, not an error. faults: what a code means in this call only.
        Raises the ChannelError that fits; see `channels.errors`.
        """
        body = {"json": json, "data": data, "content": content, "files": files}
        try:
            reply = await self._http.request(method, self.address(url), params=params, headers=headers, **body)
        except _NEVER_LEFT as error:
            raise NotSent(_("连不上平台，请求没有发出")) from error
        except httpx.TransportError as error:
            raise OutcomeUnknown(_("请求已发出，但没有收到平台的答复")) from error
        return self._judge(reply, accept, {**self.dialect.faults, **(faults or {})})

    def _judge(self, reply: httpx.Response, accept: Collection[int], faults: Faults) -> dict[str, Any]:
        if reply.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise RateLimited(_("平台要求放慢"), code=429, retry_after=_seconds(reply.headers.get("retry-after")))
        body = _mapping(reply)
        status = reply.status_code
        if status >= 500 or (body is None and reply.is_success):
            raise OutcomeUnknown(_("平台出错（{code}），不知道是否已经处理").format(code=status), code=status)
        if body is None or (reply.is_error and not code_of(body, self.dialect.code)):
            raise RefusedByPlatform(_("平台拒绝了请求（{code}）").format(code=status), code=status)
        code = code_of(body, self.dialect.code)
        if code and code not in accept:
            message = _("平台答复 {code}：{reason}").format(
                code=code, reason=str(body.get(self.dialect.reason, ""))[:200]
            )
            raise faults.get(code, RefusedByPlatform)(message, code=code)
        return body


def _mapping(reply: httpx.Response) -> dict[str, Any] | None:
    try:
        body = reply.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _seconds(value: str | None) -> float | None:
    return float(value) if value and value.strip().isdigit() else None
