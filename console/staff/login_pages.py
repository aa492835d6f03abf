"""登录 and 退出: the only pages without a session."""

from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from console.web.authorization import GuardedRoute, allow, public
from console.web.forms import form_of
from console.web.sessions import cookie_name, find_session, login_token, new_seed, secret_of, set_cookie
from console.web.templating import page
from yiyuan.db.session import transaction
from yiyuan.errors import Refused
from yiyuan.i18n import _
from yiyuan.settings import settings
from yiyuan.staff import passwords, sessions
from yiyuan.staff.permissions import Action

router = APIRouter(route_class=GuardedRoute)
SEED_SECONDS = 3600


def safe_next(target: str) -> str:
    """A path of ours to go on to; anything that could lead elsewhere becomes the first page."""
    parts = urlsplit(target)
    plain = (
        target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.netloc and target.isprintable()
    )
    return target if plain and "\\" not in target else "/"


def _show(request: Request, *, fault: str = "", login: str = "", next_path: str = "/", status: int = 200) -> Response:
    seed = request.cookies.get(cookie_name("seed"), "") or new_seed()
    response = page(
        request, "staff/login.html", status, fault=fault, login=login, next=next_path, token=login_token(seed)
    )
    set_cookie(response, "seed", seed, SEED_SECONDS)
    return response


@router.get("/login")
@public
def login_page(request: Request, next: str = "/") -> Response:
    """The form, or straight on for somebody who is logged in."""
    if find_session(request) is not None:
        return RedirectResponse(safe_next(next), status_code=303)
    return _show(request, next_path=safe_next(next))


@router.post("/login")
@public
def log_in(request: Request) -> Response:
    """A new session with a new secret; an old one in the same browser ends."""
    form = form_of(request)
    login, target = form.text("login"), safe_next(form.text("next", "/"))
    address = request.client.host if request.client else ""
    try:
        with transaction() as s:
            staff = passwords.check_password(s, login, form.text("password"), address)
            secret = ""
            if staff is not None:
                sessions.log_out(s, secret_of(request))
                secret, _csrf = sessions.open_session(s, staff)
    except Refused as error:
        return _show(request, fault=error.message, login=login, next_path=target, status=429)
    if not secret:
        return _show(request, fault=_("登录名或密码不对，请重新输入"), login=login, next_path=target, status=401)
    response = RedirectResponse(target, status_code=303)
    set_cookie(response, "session", secret, settings().session_hours * 3600)
    response.delete_cookie(cookie_name("seed"), path="/", secure=settings().https, httponly=True, samesite="lax")
    return response


@router.post("/logout")
@allow(Action.use_console)
def log_out(request: Request) -> Response:
    """End this session."""
    with transaction() as s:
        sessions.log_out(s, secret_of(request))
    response = RedirectResponse("/login", status_code=303)
    response.delete_cookie(cookie_name("session"), path="/", secure=settings().https, httponly=True, samesite="lax")
    return response
