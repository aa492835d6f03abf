"""Area: 登录, 人员与角色, 科室."""

from console.staff import department_pages, login_pages, staff_pages
from console.web.area import Area, MenuEntry
from yiyuan.i18n import N_
from yiyuan.staff.permissions import Action

AREA = Area(
    routers=(
        login_pages.router,
        staff_pages.router,
        department_pages.router,
    ),
    menu=(
        MenuEntry(path="/staff", title=N_("人员与角色"), icon="people", action=Action.manage_staff, order=150),
        MenuEntry(path="/departments", title=N_("科室"), icon="list", action=Action.manage_staff, order=151),
    ),
    messages={
        "created": N_("已创建"),
        "ended": N_("已结束其全部登录"),
        "password": N_("密码已修改，请通知本人"),
    },
)
