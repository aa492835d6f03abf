"""Codes of accounts (账号)."""

from yiyuan.codes.base import Code
from yiyuan.i18n import N_


class AccountTier(Code):
    """Whose account it is, the hospital's own first."""

    OFFICIAL = "official", N_("官方账号")
    DEPARTMENT = "department", N_("科室账号")
    EXPERT = "expert", N_("专家账号")


class AccountStatus(Code):
    """What the hospital's register says of an account; only an active one may speak."""

    ACTIVE = "active", N_("已备案，可发布"), "green"
    UNREPORTED = "unreported", N_("未备案"), "red"
    UNCERTIFIED = "uncertified", N_("未认证或认证过期"), "red"
    LEFT = "left", N_("持有人已离职"), "red"
