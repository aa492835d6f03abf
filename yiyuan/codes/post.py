"""Codes of posts (发布单), of their attempts and of what platforms answer."""

from yiyuan.codes.base import Code
from yiyuan.i18n import N_


class PostState(Code):
    """States of a post, in the order of its life. Allowed moves: channels/delivery/moves.py."""

    PLANNED = "planned", N_("待发布")
    SENDING = "sending", N_("发送中"), "blue"
    UNSURE = "unsure", N_("结果待查"), "amber"
    ACCEPTED = "accepted", N_("平台审核中"), "blue"
    AWAITING_PERSON = "awaiting_person", N_("待人工发布"), "amber"
    LIVE = "live", N_("已发布"), "green"
    REFUSED = "refused", N_("平台拒绝"), "red"
    PARKED = "parked", N_("待人工核对"), "red"
    WITHDRAWN = "withdrawn", N_("已撤下")


class ReceiptState(Code):
    """Where a platform says that a post stands."""

    ACCEPTED = "accepted", N_("平台审核中"), "blue"
    AWAITING_PERSON = "awaiting_person", N_("待人工发布"), "amber"
    LIVE = "live", N_("已发布"), "green"
    REFUSED = "refused", N_("平台拒绝"), "red"
    GONE = "gone", N_("已不在平台上")


class AttemptOutcome(Code):
    """What came of an attempt."""

    OPEN = "", N_("进行中"), "blue"
    OK = "ok", N_("成功"), "green"
    UNSURE = "unsure", N_("结果不明"), "amber"
    RETRY = "retry", N_("稍后重试"), "amber"
    REFUSED = "refused", N_("被拒绝"), "red"
    CLEARED = "cleared", N_("已人工核对")


class AttemptStep(Code):
    """Steps of the ledger that every channel has; an adapter names its own beside them (`Channel.step_labels`)."""

    SIGN_IN = "sign_in", N_("登录平台")
    SUBMIT = "submit", N_("提交")
    FIND = "find", N_("核查")
    WITHDRAW = "withdraw", N_("撤下")


class ParkedAnswer(Code):
    """What a person found who looked for a parked post on the platform."""

    LIVE = "live", N_("已经发布"), "green"
    RESEND = "resend", N_("没有发布，重新发送"), "amber"
    DROP = "drop", N_("没有发布，放弃")


class MetricName(Code):
    """Numbers a platform gives of a post."""

    VIEWS = "views", N_("播放")
    LIKES = "likes", N_("点赞")
    SHARES = "shares", N_("转发")
    COMMENTS = "comments", N_("评论")
    FAVORITES = "favorites", N_("收藏")
    COINS = "coins", N_("投币")
    DANMAKU = "danmaku", N_("弹幕")
