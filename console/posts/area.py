"""Area: 发布单, 暂停发布."""

from channels.registry import step_label
from console.posts import hold_pages, post_pages
from console.web.area import Area, MenuEntry
from yiyuan.i18n import N_
from yiyuan.staff.permissions import Action

AREA = Area(
    routers=(
        post_pages.router,
        hold_pages.router,
    ),
    menu=(
        MenuEntry(
            path="/posts",
            title=N_("发布单"),
            icon="send",
            action=Action.read_post,
            order=60,
        ),
        MenuEntry(path="/holds", title=N_("暂停发布"), icon="pause", action=Action.read_hold, order=90),
    ),
    messages={
        "proved": N_("已登记发布凭证"),
        "held": N_("已暂停全部发布"),
        "lifted": N_("已恢复发布"),
        "withdrawing": N_("已安排撤下"),
        "moved": N_("发布时间已调整"),
    },
    labels={"step": step_label},
)
