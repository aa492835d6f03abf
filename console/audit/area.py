"""Area: 审计记录."""

from console.audit import labels, pages
from console.web.area import Area, MenuEntry
from yiyuan.i18n import N_
from yiyuan.staff.permissions import Action

AREA = Area(
    labels={"audit_action": labels.action, "audit_details": labels.summary},
    routers=(pages.router,),
    menu=(
        MenuEntry(
            path="/audit",
            title=N_("审计记录"),
            icon="list",
            action=Action.read_audit,
            order=140,
        ),
    ),
)
