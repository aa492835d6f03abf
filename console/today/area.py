"""Area: 今日工作."""

from console.today import pages
from console.web.area import Area, MenuEntry
from yiyuan.i18n import N_
from yiyuan.staff.permissions import Action

AREA = Area(
    routers=(pages.router,),
    menu=(MenuEntry(path="/", title=N_("今日工作"), icon="home", action=Action.use_console, order=10, phone=True),),
)
