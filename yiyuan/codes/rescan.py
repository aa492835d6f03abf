"""Codes of re-scans (规则复查)."""

from yiyuan.codes.base import Code
from yiyuan.i18n import N_


class RescanDecision(Code):
    """What a person decided about a live revision that the new rules would stop."""

    OPEN = "", N_("待处理"), "amber"
    TAKEN_DOWN = "taken_down", N_("下架"), "red"
    KEPT = "kept", N_("保留"), "green"
