"""Codes of duties (任务)."""

from yiyuan.codes.base import Code
from yiyuan.i18n import N_


class DutyState(Code):
    """How a duty stands; it follows from its times, what needs a person first."""

    ESCALATED = "escalated", N_("已升级催办"), "red"
    WAITING = "waiting", N_("待签收"), "amber"
    ACKNOWLEDGED = "acknowledged", N_("已签收"), "blue"
    DONE = "done", N_("已完成"), "green"
