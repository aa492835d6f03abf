"""Area: 试查文案."""

from console.text_check import pages
from console.web.area import Area, MenuEntry
from yiyuan.i18n import N_
from yiyuan.staff.permissions import Action

AREA = Area(
    routers=(pages.router,),
    menu=(MenuEntry(path="/trial", title=N_("试查文案"), icon="pen", action=Action.try_text, order=40),),
)
