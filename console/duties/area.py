"""Area: 任务, 值班与请假, 工作日历."""

from console.duties import calendar_pages, duty_pages, roster_pages
from console.web.area import Area, MenuEntry
from yiyuan.i18n import N_
from yiyuan.staff.permissions import Action

AREA = Area(
    routers=(duty_pages.router, roster_pages.router, calendar_pages.router),
    menu=(
        MenuEntry(path="/duties", title=N_("任务"), icon="check", action=Action.do_duty, order=75, phone=True),
        MenuEntry(path="/roster", title=N_("值班与请假"), icon="people", action=Action.read_roster, order=140),
        MenuEntry(path="/calendars", title=N_("工作日历"), icon="clock", action=Action.manage_staff, order=152),
    ),
    messages={
        "finished": N_("任务已完成"),
        "handed_over": N_("已转交，对方会收到通知"),
        "absent": N_("已登记，期间的任务转给代理人"),
        "on_call": N_("值班已登记"),
        "calendar": N_("日历已保存；已有任务的期限不变，需要时请重算"),
        "recomputed": N_("已按新日历重算未完成任务的期限"),
    },
)
