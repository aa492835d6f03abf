"""The sandbox as one ASGI application: a path per platform host, /admin, /notify and /web."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware

from channels import registry
from channels.sandbox import admin, web
from channels.sandbox.faults import Faults
from channels.sandbox.site import sites
from channels.sandbox.store import Store


def create_app(folder: Path) -> Starlette:
    """The application; everything it remembers lies in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    found = sites(list(registry.platforms()))
    store = Store(folder, {code: site.application for code, site in found.items() if site.application is not None})
    routes = [*(route for site in found.values() for route in site.routes), *admin.ROUTES, *web.ROUTES]
    app = Starlette(routes=routes, middleware=[Middleware(Faults, store=store)])
    app.state.store, app.state.sites = store, found
    return app
