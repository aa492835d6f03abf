"""Area: 待我审, 审核, 审批单."""

from console.approval import decide_pages, inbox_pages, sheet_pages
from console.web.area import Area, MenuEntry
from yiyuan.i18n import N_
from yiyuan.staff.permissions import Action

AREA = Area(
    routers=(
        inbox_pages.router,
        decide_pages.router,
        sheet_pages.router,
    ),
    menu=(MenuEntry(path="/inbox", title=N_("待我审"), icon="check", action=Action.sign_item, order=50, phone=True),),
    messages={
        "approve": N_("已签署同意"),
        "return": N_("已退回作者修改"),
        "reject": N_("已否决"),
        "waived": N_("已豁免并记录理由"),
        "asked": N_("已向宣传部申请豁免；结果会在“通知”里告诉您"),
    },
)
