"""The guard before every route: session, permission, CSRF token. A route that declares nothing lets nobody in."""

import hmac
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute

from console.web.forms import MULTIPART, read_form
from console.web.sessions import SessionContext, cookie_name, find_session, login_token
from yiyuan.errors import Refused
from yiyuan.i18n import _, use_language
from yiyuan.staff.permissions import Action, may, needed

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
SAFE = frozenset({"GET", "HEAD"})


class LoginNeeded(Exception):
    """Nobody is logged in; `location` is the login page that leads back."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


def allow(action: Action) -> Callable[[Endpoint], Endpoint]:
    """Declare what a route does; who may do it stands in yiyuan.staff.permissions."""

    def declare(endpoint: Endpoint) -> Endpoint:
        endpoint.action = action  # type: ignore[attr-defined]
        return endpoint

    return declare


def public(endpoint: Endpoint) -> Endpoint:
    """Declare that a route needs no session."""
    endpoint.public = True  # type: ignore[attr-defined]
    return endpoint


def uploads(endpoint: Endpoint) -> Endpoint:
    """Declare that a route reads a multipart stream itself (console.web.multipart), its token before the file."""
    endpoint.uploads = True  # type: ignore[attr-defined]
    return endpoint


def same(given: str, wanted: str) -> bool:
    """Compare two tokens in constant time; an empty one never matches."""
    return bool(wanted) and hmac.compare_digest(given.encode(), wanted.encode())


def wanted_token(request: Request) -> str:
    """The CSRF token this request must carry."""
    found: SessionContext | None = request.state.visit
    if found is not None:
        return found.csrf
    seed = request.cookies.get(cookie_name("seed"), "")
    return login_token(seed) if seed else ""


def wrong_token() -> Refused:
    """The refusal of a change without its token."""
    return Refused(_("页面已过期或请求不是从本系统发出的，请刷新页面后重试"), field="csrf")


async def _check_change(request: Request, endpoint: Any) -> None:
    header = request.headers.get("x-csrf-token", "")
    request.state.csrf_checked = same(header, wanted_token(request))
    if header and not request.state.csrf_checked:
        raise wrong_token()
    if request.headers.get("content-type", "").startswith(MULTIPART):
        if not getattr(endpoint, "uploads", False):
            raise Refused(_("此处不接受文件"))
        return  # console.web.multipart refuses the first file part unless the token came before it
    request.state.form = await read_form(request)
    if not request.state.csrf_checked and not same(request.state.form.text("csrf"), wanted_token(request)):
        raise wrong_token()
    request.state.csrf_checked = True


async def admit(request: Request, endpoint: Any) -> None:
    """Let the request through, or raise LoginNeeded or Refused."""
    request.state.visit = found = await run_in_threadpool(find_session, request)
    if found is not None:
        use_language(found.staff.language)
    if not getattr(endpoint, "public", False):
        if found is None:
            here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            raise LoginNeeded(f"/login?next={quote(here if request.method == 'GET' else '/', safe='')}")
        action = getattr(endpoint, "action", None)
        if action is None:
            raise Refused(_("您的角色不能进行此操作，如需权限请联系管理员"))
        if not may(found.staff, action):
            raise Refused(_("您的角色不能进行此操作：{needed}。如需权限请联系管理员").format(needed=needed(action)))
    if request.method not in SAFE:
        await _check_change(request, endpoint)


class GuardedRoute(APIRoute):
    """A route whose handler runs only after `admit`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The guarded handler."""
        inner = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            await admit(request, self.endpoint)
            return await inner(request)

        return guarded
