"""小红书: notes posted by hand from a publish pack; its open platform knows shops, not notes."""

import re

from channels.assisted.adapter import Assisted
from channels.contract import Payload
from channels.platforms.xiaohongshu.capabilities import CAPABILITIES
from yiyuan.i18n import _

_NOTE = r"([0-9a-f]{24})/?"


class Xiaohongshu(Assisted):
    """One 小红书 account on an operator's phone."""

    can = CAPABILITIES
    links = (
        ("www.xiaohongshu.com", re.compile(rf"/(?:explore|discovery/item)/{_NOTE}")),
        ("xiaohongshu.com", re.compile(rf"/(?:explore|discovery/item)/{_NOTE}")),
        ("xhslink.com", re.compile(r"/((?:[a-z]/)?[A-Za-z0-9]{4,32})/?")),
    )
    example = "https://www.xiaohongshu.com/explore/…"

    def checklist(self, parcel: Payload) -> list[str]:
        """The way through the app."""
        lines = [
            _("扫描 qr.png，在手机上打开本发布单"),
            _("把视频和封面存到手机，核对 manifest.json 中的 sha256，确认文件未被替换"),
            _("在小红书点“＋”，选择 video.mp4，封面选择 cover 文件"),
            _("粘贴 caption.txt 的标题和正文，不得增删改任何文字"),
            _("关闭定位；不添加任何未经审核的贴纸、音乐和话题"),
            _("发布后复制作品链接，截取作品页面，回到发布单提交链接和截图"),
        ]
        return lines if parcel.video is not None else [line for line in lines if "video.mp4" not in line]
