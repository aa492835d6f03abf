"""Roles: what a staff member may do; a person may hold several."""

from enum import StrEnum

from yiyuan.i18n import _


class Role(StrEnum):
    """What a person may do; one person may hold several."""

    doctor = "doctor"
    reviewer = "reviewer"
    medical_affairs = "medical_affairs"
    publicity = "publicity"
    operations = "operations"
    crisis_lead = "crisis_lead"
    leader = "leader"
    pharmacy = "pharmacy"
    care_manager = "care_manager"
    privacy_officer = "privacy_officer"
    auditor = "auditor"
    administrator = "administrator"


def role_name(role: str) -> str:
    """The Chinese name of a role."""
    names = {
        Role.doctor: _("医生"),
        Role.reviewer: _("科室审核人"),
        Role.medical_affairs: _("医务部"),
        Role.publicity: _("宣传部"),
        Role.operations: _("运营团队"),
        Role.crisis_lead: _("舆情负责人"),
        Role.leader: _("院领导"),
        Role.pharmacy: _("药学部"),
        Role.care_manager: _("健康管理师"),
        Role.privacy_officer: _("个人信息保护负责人"),
        Role.auditor: _("审计员"),
        Role.administrator: _("管理员"),
    }
    return names[Role(role)]
