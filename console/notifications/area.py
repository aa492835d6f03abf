"""Area: 通知."""

from console.notifications import pages
from console.web.area import Area, MenuEntry
from console.web.authorization import EVERYBODY
from yiyuan.i18n import N_

AREA = Area(
    routers=(pages.router,),
    menu=(MenuEntry(path="/notices", title=N_("通知"), icon="bell", allowed=EVERYBODY, order=80),),
)
