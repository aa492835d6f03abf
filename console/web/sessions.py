"""Who is asking: the server-side session behind the cookie, and the cookie itself."""

import secrets
from dataclasses import dataclass

from fastapi import Request, Response

from notifications import notices
from yiyuan.crypto.keyring import keyring
from yiyuan.db.session import transaction
from yiyuan.models import Staff
from yiyuan.settings import settings
from yiyuan.staff import sessions


@dataclass(frozen=True)
class SessionContext:
    """A person with an open session; `csrf` must come back with every change.

    waiting: notices this person has not acknowledged.
    """

    staff: Staff
    csrf: str
    waiting: int = 0


def cookie_name(purpose: str) -> str:
    """`__Host-` ties the cookie to this host over https; browsers refuse the prefix over http."""
    return f"__Host-yiyuan-{purpose}" if settings().https else f"yiyuan-{purpose}"


def set_cookie(response: Response, purpose: str, value: str, seconds: int) -> None:
    """Out of reach of scripts and of other sites' requests."""
    response.set_cookie(
        cookie_name(purpose), value, max_age=seconds, path="/", secure=settings().https, httponly=True, samesite="lax"
    )


def secret_of(request: Request) -> str:
    """The secret in the session cookie, or ""."""
    return request.cookies.get(cookie_name("session"), "")


def find_session(request: Request) -> SessionContext | None:
    """The session of a request. Reads the database on every request: a disabled person is out at once."""
    secret = secret_of(request)
    if not secret:
        return None
    with transaction(read_only=True) as s:
        found = sessions.session_of(s, secret)
        return SessionContext(found[0], found[1].csrf, notices.unacknowledged(s, found[0])) if found else None


def visit(request: Request) -> SessionContext:
    """The visit the guard let in."""
    found = request.state.visit
    assert isinstance(found, SessionContext)
    return found


def staff_of(request: Request) -> Staff:
    """The person the guard let in."""
    return visit(request).staff


def new_seed() -> str:
    """Random value of the cookie that protects the login form, before there is a session."""
    return secrets.token_urlsafe(24)


def login_token(seed: str) -> str:
    """The hidden field that belongs to a seed; another site can set neither."""
    return keyring().mac(b"console.login:" + seed.encode())
