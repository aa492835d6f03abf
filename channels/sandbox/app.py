"""The sandbox as one ASGI application: a path per platform host, /admin, /notify and /web."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware

from channels.sandbox import admin, bilibili, official_account, web
from channels.sandbox.faults import Faults
from channels.sandbox.store import Store


def create_app(folder: Path) -> Starlette:
    """The application; everything it remembers lies in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    store = Store(folder)
    routes = [*official_account.ROUTES, *bilibili.ROUTES, *admin.ROUTES, *web.ROUTES]
    app = Starlette(routes=routes, middleware=[Middleware(Faults, store=store)])
    app.state.store = store
    return app
