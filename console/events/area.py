"""Area: 舆情事件."""

from console.events import labels, pages, playbook_pages
from console.web.area import Area, MenuEntry
from yiyuan.i18n import N_
from yiyuan.staff.permissions import Action

AREA = Area(
    routers=(pages.router, playbook_pages.router),
    menu=(
        MenuEntry(path="/events", title=N_("舆情事件"), icon="pulse", action=Action.read_event, order=70, phone=True),
    ),
    messages={
        "finished": N_("任务已完成"),
        "closed": N_("事件已关闭"),
        "opened": N_("事件已建立"),
        "turned": N_("已标记为负面帖，全部评论计入"),
        "raised": N_("已升级"),
    },
    labels={"tier": labels.tier, "leaning": labels.leaning},
)
