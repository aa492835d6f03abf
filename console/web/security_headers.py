"""Security headers on every response, whatever made it."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from yiyuan.settings import settings

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
#: For media and downloads: what they hold may run and load nothing, even when opened by itself.
SANDBOX_CSP = "sandbox; default-src 'none'; style-src 'none'; frame-ancestors 'none'"

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


def _caching(scope: Scope) -> str:
    """Pages hold people's work and are not kept; a static file named with its digest is kept for good."""
    if not scope["path"].startswith("/static/"):
        return "no-store"
    return "public, max-age=31536000, immutable" if b"v=" in scope["query_string"] else "no-cache"


def secure(headers: MutableHeaders, caching: str = "no-store") -> None:
    """Add what is missing; a route may only choose a stricter CSP or its own caching."""
    for name, value in HEADERS.items():
        headers[name] = value
    headers.setdefault("Content-Security-Policy", CSP)
    headers.setdefault("Cache-Control", caching)
    if settings().https:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"


class SecurityHeaders:
    """ASGI middleware that adds the headers to each response start."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; only http responses have headers."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                secure(MutableHeaders(scope=message), _caching(scope))
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)
