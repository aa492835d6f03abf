"""Codes of notices to staff."""

from yiyuan.codes.base import Code
from yiyuan.i18n import N_


class NoticeKind(Code):
    """What a notice is about."""

    REVIEW = "review", N_("审核")
    RETURNED = "returned", N_("退回")
    TIER = "tier", N_("舆情")
    DUTY = "duty", N_("任务")
    HANDOFF = "handoff", N_("待发布")
    SYSTEM = "system", N_("系统")


class OutsideState(Code):
    """What became of a notice outside the app."""

    PENDING = "pending", N_("站外发送中"), "blue"
    SENT = "sent", N_("站外已送达"), "green"
    SETTLED = "settled", N_("已签收，不再站外发送"), "green"
    FAILED = "failed", N_("站外失败"), "red"
    NONE = "none", N_("仅站内")
