"""The application: every page module's routes, checked for a declaration, behind the security headers."""

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from channels import registry
from console.web import error_responses
from console.web.area import areas
from console.web.authorization import GuardedRoute
from console.web.flash import messages
from console.web.security_headers import SecurityHeaders
from console.web.templating import STATIC, environment, vendor_folder


def undeclared(app: FastAPI) -> list[str]:
    """Routes that nobody may use because they say nothing, handlers without the guard, addresses declared twice."""
    faults = []
    seen: set[tuple[str, str]] = set()
    for route in app.routes:
        if isinstance(route, GuardedRoute):
            addresses = {(method, route.path) for method in route.methods or ()}
            faults += [f"{method} {path}: declared twice" for method, path in sorted(addresses & seen)]
            seen |= addresses
            endpoint = route.endpoint
            if not hasattr(endpoint, "action") and not hasattr(endpoint, "public"):
                faults.append(f"{route.path}: no declaration")
        elif getattr(route, "name", "") not in ("vendor", "static"):
            faults.append(f"{getattr(route, 'path', route)}: not guarded")
    return faults


def create_app() -> FastAPI:
    """The console. Raises when a route has no declaration of who may use it."""
    app = FastAPI(title="Yiyuan", openapi_url=None, docs_url=None, redoc_url=None)
    for area in areas().values():
        for router in area.routers:
            # Taken over as they are: include_router would wrap them, and the guard must stay the outermost handler.
            app.router.routes.extend(router.routes)
    app.mount("/static/vendor", StaticFiles(directory=vendor_folder()), name="vendor")
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_middleware(SecurityHeaders)
    error_responses.install(app)
    # Areas that give one key two meanings, and platforms that cannot be used, stop the start.
    environment()
    messages()
    registry.aliases()
    faults = undeclared(app)
    if faults:
        raise RuntimeError("; ".join(faults))
    return app
