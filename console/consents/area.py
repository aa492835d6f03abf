"""Area: 知情同意书 of an item."""

from console.consents import pages
from console.web.area import Area
from yiyuan.i18n import N_

AREA = Area(
    routers=(pages.router,),
    messages={
        "uploaded": N_("文件已加密保存"),
        "consent": N_("知情同意书已登记"),
    },
)
