"""Area: the address of desensitised media."""

from console.media import pages
from console.web.area import Area

AREA = Area(
    routers=(pages.router,),
)
