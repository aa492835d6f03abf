"""Area: /healthz."""

from console.health import pages
from console.web.area import Area

AREA = Area(
    routers=(pages.router,),
)
