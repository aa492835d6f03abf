"""Templates: Jinja2 with gettext, escaping always on, and the few helpers every page needs."""

import hashlib
import importlib.resources
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from console import figures, guard, messages, navigation, words
from console.visit import Visit, cookie_name, login_token
from yiyuan import clock, texts
from yiyuan.people import role_name
from yiyuan.settings import settings

HERE = Path(__file__).parent
STATIC = HERE / "static"


def vendor_folder() -> Path:
    """Where the installed wheel keeps htmx; nothing of it is in our tree."""
    return Path(str(importlib.resources.files("js_lib_htmx"))) / "static" / "htmx"


@lru_cache
def static_url(path: str) -> str:
    """Address of a static file with its digest, so that a new version is fetched at once."""
    folder = vendor_folder() if path.startswith("vendor/") else STATIC
    content = (folder / path.removeprefix("vendor/")).read_bytes()
    return f"/static/{path}?v={hashlib.sha256(content).hexdigest()[:12]}"


def when(moment: datetime | None, form: str = "%m-%d %H:%M") -> str:
    """A time in the hospital's zone, or a dash."""
    return clock.local(moment).strftime(form) if moment else "—"


@lru_cache
def environment() -> Environment:
    """The template environment of this process."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    made.install_gettext_callables(texts.gettext, texts.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.filters.update(when=when, clock=figures.clock_of, size=figures.size, percent=figures.percent)
    made.globals.update(
        static=static_url, words=words, figures=figures, role_name=role_name, guard=guard, now=clock.now
    )
    return made


def csrf_of(request: Request) -> str:
    """The token forms on this page carry."""
    found: Visit | None = getattr(request.state, "visit", None)
    if found is not None:
        return found.csrf
    seed = request.cookies.get(cookie_name("seed"), "")
    return login_token(seed) if seed else ""


def fragment(request: Request, name: str, values: dict[str, Any]) -> str:
    """A template rendered for this request."""
    found: Visit | None = getattr(request.state, "visit", None)
    common = {
        "request": request,
        "me": found.staff if found else None,
        "csrf": csrf_of(request),
        "waiting": found.waiting if found else 0,
        "path": request.url.path,
        "hospital": settings().hospital,
        "menu": navigation.menu(found.staff) if found else [],
        "done": messages.done(request.query_params.get("done", "")),
    }
    return environment().get_template(name).render(common | values)


def page(request: Request, name: str, status: int = 200, /, **values: Any) -> HTMLResponse:
    """A whole page, or the part a template names."""
    return HTMLResponse(fragment(request, name, values), status_code=status)


def live(request: Request, name: str, **values: Any) -> Response:
    """A part that pages poll: 304 while it has not changed."""
    body = fragment(request, name, values)
    tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return HTMLResponse(body, headers=headers)


def done(request: Request, location: str, message: str = "") -> Response:
    """After a change: back to a page, which says `message` (a key of messages.done)."""
    path, hash_mark, anchor = location.partition("#")
    if message:
        path += ("&" if "?" in path else "?") + f"done={message}"
    target = path + hash_mark + anchor
    if request.headers.get("hx-request") == "true":
        return Response(status_code=204, headers={"HX-Redirect": target})
    return RedirectResponse(target, status_code=303)
