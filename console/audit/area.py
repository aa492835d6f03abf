"""Area: 审计记录."""

from console.audit import pages
from console.web.area import Area, MenuEntry
from yiyuan.i18n import N_
from yiyuan.staff.roles import Role

AREA = Area(
    routers=(pages.router,),
    menu=(
        MenuEntry(
            path="/audit",
            title=N_("审计记录"),
            icon="list",
            allowed=frozenset({Role.auditor, Role.administrator}),
            order=140,
        ),
    ),
)
