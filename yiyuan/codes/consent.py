"""Codes of consents (知情同意书)."""

from yiyuan.codes.base import Code
from yiyuan.i18n import N_


class ConsentUse(Code):
    """What a consent allows."""

    PUBLISH = "publish", N_("公开发布")
    TEACHING = "teaching", N_("院内教学")
    SURGERY = "surgery", N_("展示手术画面")


class ConsentState(Code):
    """How a consent stands today, what needs a person first."""

    ENDING = "ending", N_("30 天内到期"), "amber"
    ENDED = "ended", N_("已到期"), "red"
    WITHDRAWN = "withdrawn", N_("已撤回"), "red"
    STANDING = "standing", N_("有效"), "green"
