"""Codes of redaction: what a person decides about a single identifier."""

from yiyuan.codes.base import Code
from yiyuan.i18n import N_


class IdentifierDecision(Code):
    """What becomes of an identifier, the safest first."""

    #: 患者A, ［电话］; in a picture: covered.
    LABEL = "label", N_("替换为代号"), "blue"
    #: Nothing is left of it; in texts only.
    REMOVE = "remove", N_("删除"), "blue"
    #: A person says that it is no patient's, and why.
    KEEP = "keep", N_("不是患者信息，保留原文"), "amber"
