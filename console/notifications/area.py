"""Area: 通知."""

from console.notifications import pages
from console.web.area import Area, MenuEntry
from yiyuan.i18n import N_
from yiyuan.staff.permissions import Action

AREA = Area(
    routers=(pages.router,),
    menu=(MenuEntry(path="/notices", title=N_("通知"), icon="bell", action=Action.use_console, order=80),),
)
