"""Codes of events (舆情事件) and mentions (提及)."""

from yiyuan.codes.base import Code
from yiyuan.i18n import N_


class EventState(Code):
    """States of an event."""

    OPEN = "open", N_("进行中"), "red"
    CLOSED = "closed", N_("已关闭")


class TimelineKind(Code):
    """What an entry of an event's time line tells of; the badge is the tone of its point."""

    OPENED = "opened", N_("立案"), "amber"
    REPORT = "report", N_("再次上报"), "amber"
    REPOST = "repost", N_("并入转帖"), "amber"
    TURNED = "turned", N_("帖子转为负面"), "amber"
    TIER = "tier", N_("达到级别"), "red"
    PROPOSAL = "proposal", N_("建议升级"), "amber"
    RAISED = "raised", N_("人工升级"), "red"
    DUTY = "duty", N_("任务")
    CLOSED = "closed", N_("关闭"), "green"


class Sentiment(Code):
    """How a mention reads, worst first."""

    NEGATIVE = "negative", N_("负面"), "red"
    UNCERTAIN = "uncertain", N_("不确定"), "amber"
    NEUTRAL = "neutral", N_("中性")
    POSITIVE = "positive", N_("正面"), "green"
    UNSCORED = "", N_("待分析")
