"""Area: 稿件, 投稿, 平台预览."""

from console.items import item_pages, preview_pages, submit_pages
from console.web.area import Area, MenuEntry
from yiyuan.i18n import N_
from yiyuan.staff.permissions import Action

AREA = Area(
    routers=(
        submit_pages.router,
        item_pages.router,
        preview_pages.router,
    ),
    menu=(
        MenuEntry(path="/items/new", title=N_("投稿"), icon="plus", action=Action.write_item, order=20, phone=True),
        MenuEntry(path="/items", title=N_("稿件"), icon="file", action=Action.read_item, order=30, phone=True),
    ),
    messages={
        "draft": N_("已存为草稿"),
    },
)
