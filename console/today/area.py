"""Area: 今日工作."""

from console.today import pages
from console.web.area import Area, MenuEntry
from console.web.authorization import EVERYBODY
from yiyuan.i18n import N_

AREA = Area(
    routers=(pages.router,),
    menu=(MenuEntry(path="/", title=N_("今日工作"), icon="home", allowed=EVERYBODY, order=10, phone=True),),
)
