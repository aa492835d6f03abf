"""Area: 平台账号."""

from console.accounts import pages
from console.web.area import Area, MenuEntry
from yiyuan.i18n import N_
from yiyuan.staff.permissions import Action

AREA = Area(
    routers=(pages.router,),
    menu=(
        MenuEntry(
            path="/accounts",
            title=N_("平台账号"),
            icon="key",
            action=Action.manage_account,
            order=130,
        ),
    ),
    messages={
        "checked": N_("凭证有效"),
        "connected": N_("账号已连接，凭证已通过平台验证"),
        "disconnected": N_("账号已断开，凭证已删除"),
    },
)
