"""Area: 知情同意, 规则复查, 例外报告."""

from console.oversight import pages
from console.web.area import Area, MenuEntry
from yiyuan.i18n import N_
from yiyuan.staff.permissions import Action

AREA = Area(
    routers=(pages.router,),
    menu=(
        MenuEntry(path="/consents", title=N_("知情同意"), icon="lock", action=Action.read_consents, order=100),
        MenuEntry(path="/rescan", title=N_("规则复查"), icon="archive", action=Action.read_rescan, order=110),
        MenuEntry(
            path="/reports/exceptions",
            title=N_("例外报告"),
            icon="clock",
            action=Action.read_exceptions,
            order=120,
        ),
    ),
)
