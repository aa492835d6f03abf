"""Area: 试查文案."""

from console.text_check import pages
from console.web.area import Area, MenuEntry
from console.web.authorization import AUTHORS
from yiyuan.i18n import N_

AREA = Area(
    routers=(pages.router,),
    menu=(MenuEntry(path="/trial", title=N_("试查文案"), icon="pen", allowed=AUTHORS, order=40),),
)
