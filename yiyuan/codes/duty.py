"""Codes of duties (任务)."""

from yiyuan.codes.base import Code
from yiyuan.i18n import N_


class DutyState(Code):
    """How a duty stands; it follows from its times, what needs a person first."""

    ESCALATED = "escalated", N_("已升级催办"), "red"
    WAITING = "waiting", N_("待签收"), "amber"
    ACKNOWLEDGED = "acknowledged", N_("已签收"), "blue"
    DONE = "done", N_("已完成"), "green"
    REPLACED = "replaced", N_("已由上级任务替代")
    CANCELLED = "cancelled", N_("事项已结束，任务取消")


class DutyEnd(Code):
    """How a duty ended."""

    DONE = "done", N_("完成"), "green"
    REPLACED = "replaced", N_("由更高级别的任务替代")
    CANCELLED = "cancelled", N_("随事项结束而取消")


class ClockKind(Code):
    """Which minutes count."""

    NATURAL = "natural", N_("自然时间")
    WORKING = "working", N_("工作时间")


class SubjectKind(Code):
    """What a duty is about."""

    EVENT = "event", N_("舆情事件")
