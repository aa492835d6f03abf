"""What a page says after a change, by the key in its address: nobody can put a text of theirs there."""

from yiyuan.texts import _


def done(code: str) -> str:
    """What a page says after a change."""
    return {
        "saved": _("已保存"),
        "checked": _("凭证有效"),
        "submitted": _("已提交，系统正在脱敏和检查"),
        "draft": _("已存为草稿"),
        "named": _("已保存指认"),
        "drawn": _("已记录画框，重新生成后生效"),
        "undrawn": _("已删除画框，重新生成后生效"),
        "chosen": _("已记录，重新生成后生效"),
        "accepted": _("已确认脱敏结果；如需重新打码，完成后自动进入审核"),
        "approve": _("已签署同意"),
        "return": _("已退回作者修改"),
        "reject": _("已否决"),
        "waived": _("已豁免并记录理由"),
        "asked": _("已向宣传部申请豁免；结果会在“通知”里告诉您"),
        "proved": _("已登记发布凭证"),
        "held": _("已暂停全部发布"),
        "lifted": _("已恢复发布"),
        "connected": _("账号已连接，凭证已通过平台验证"),
        "disconnected": _("账号已断开，凭证已删除"),
        "acknowledged": _("已签收"),
        "finished": _("任务已完成"),
        "closed": _("事件已关闭"),
        "opened": _("事件已建立"),
        "turned": _("已标记为负面帖，全部评论计入"),
        "created": _("已创建"),
        "ended": _("已结束其全部登录"),
        "uploaded": _("文件已加密保存"),
        "consent": _("知情同意书已登记"),
        "password": _("密码已修改，请通知本人"),
        "renamed": _("视频正在按新的指认重新生成"),
        "withdrawn": _("已撤回"),
        "withdrawing": _("已安排撤下"),
        "raised": _("已升级"),
        "moved": _("发布时间已调整"),
        "undone": _("已撤销"),
    }.get(code, "")
