"""Templates: Jinja2 with gettext, escaping always on, and the few helpers every page needs."""

import hashlib
import importlib.resources
from datetime import datetime
from functools import lru_cache
from importlib import import_module
from inspect import isfunction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined

from console.web import flash, formatting, labels, navigation
from console.web.area import areas, merged
from console.web.sessions import SessionContext, cookie_name, login_token
from duties import duties
from yiyuan import clock, codes, i18n
from yiyuan.settings import settings
from yiyuan.staff.permissions import Action, may
from yiyuan.staff.roles import role_name

HERE = Path(__file__).parents[1]
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


def _loader() -> BaseLoader:
    """`base.html` is of the framework, `items/show.html` of the area `items`."""
    folders = {name: Path(import_module(f"console.{name}").__path__[0]) / "templates" for name in areas()}
    return ChoiceLoader(
        [
            FileSystemLoader(Path(__file__).parent / "templates"),
            PrefixLoader({name: FileSystemLoader(folder) for name, folder in folders.items()}),
        ]
    )


def _words() -> SimpleNamespace:
    """The labels that templates know as `words`: those every page needs, and the areas' own."""
    common = {name: value for name, value in vars(labels).items() if isfunction(value)}
    return SimpleNamespace(**merged("labels", common))


@lru_cache
def environment() -> Environment:
    """The template environment of this process."""
    jinja = Environment(
        loader=_loader(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    jinja.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=True)  # type: ignore[attr-defined]
    jinja.filters.update(
        when=when, clock=formatting.clock_of, size=formatting.size, percent=formatting.percent, code=labels.code
    )
    jinja.globals.update(
        static=static_url,
        words=_words(),
        figures=formatting,
        role_name=role_name,
        now=clock.now,
        codes=codes,
        duty_state=duties.state,
        may=may,
        Action=Action,
    )
    return jinja


def csrf_of(request: Request) -> str:
    """The token forms on this page carry."""
    found: SessionContext | None = getattr(request.state, "visit", None)
    if found is not None:
        return found.csrf
    seed = request.cookies.get(cookie_name("seed"), "")
    return login_token(seed) if seed else ""


def fragment(request: Request, name: str, values: dict[str, Any]) -> str:
    """A template rendered for this request."""
    found: SessionContext | None = getattr(request.state, "visit", None)
    common = {
        "request": request,
        "me": found.staff if found else None,
        "csrf": csrf_of(request),
        "waiting": found.waiting if found else 0,
        "path": request.url.path,
        "hospital": settings().hospital,
        "menu": navigation.menu(found.staff) if found else [],
        "done": flash.message(request.query_params.get("done", "")),
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
    """After a change: back to a page, which says `message` (a key of an area's messages)."""
    path, hash_mark, anchor = location.partition("#")
    if message:
        path += ("&" if "?" in path else "?") + f"done={message}"
    target = path + hash_mark + anchor
    if request.headers.get("hx-request") == "true":
        return Response(status_code=204, headers={"HX-Redirect": target})
    return RedirectResponse(target, status_code=303)
