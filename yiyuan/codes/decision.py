"""Codes of review decisions (审核意见) and of the questions a signature answers."""

from yiyuan.codes.base import Code
from yiyuan.i18n import N_


class DecisionVerdict(Code):
    """What a person decides at a level."""

    APPROVE = "approve", N_("同意"), "green"
    RETURN = "return", N_("退回修改"), "red"
    REJECT = "reject", N_("否决"), "red"


class AskKind(Code):
    """How a question of the self-check is answered."""

    CONFIRM = "confirm", N_("确认")
    TICK = "tick", N_("人工核验")
    REPLY = "reply", N_("书面说明")
