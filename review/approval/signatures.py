"""Who may sign, and whether what was signed is real and complete.

Authors and editors never sign above level 1, nobody signs twice, a stand-in only for a named colleague. Signatures are
recomputed from keys and rows before anything builds on them.
"""

import hmac
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from release.content import decision_mac, is_as_frozen
from review.policies import policies
from yiyuan.codes import DecisionVerdict
from yiyuan.errors import Refused
from yiyuan.i18n import _
from yiyuan.models import Decision, Item, ReviewLevel, Revision, Staff


def decided(s: Session, revision: Revision) -> list[Decision]:
    """The decisions on a revision, in the order they were made."""
    query = select(Decision).where(Decision.revision_id == revision.id)
    return list(s.scalars(query.order_by(Decision.level, Decision.id)))


def why_not(
    item: Item,
    revision: Revision,
    stage: ReviewLevel,
    staff: Staff,
    signed: Collection[int],
    stands_in_for: Staff | None = None,
) -> str:
    """Why a person may not sign the open level, in Chinese; "" when they may. signed: who already decided."""
    if not staff.active:
        return _("该人员已停用")
    if staff.id in signed:
        return _("同一版本每人只能签署一次")
    level = policies.load(item.policy).level(stage.level)
    if level.signer == "editor":
        own = staff.id == revision.editors[-1] and stands_in_for is None
        return "" if own else _("自查须由该版本最后的编辑者本人签署")
    if staff.id == item.author_id or staff.id in revision.editors:
        return _("作者和编辑者不能审核自己的稿件")
    if stands_in_for is not None:
        return _why_not_for(item, revision, staff, stands_in_for, level)
    return _why_not_in_pool(item, level, staff)


def _why_not_in_pool(item: Item, level: policies.Level, staff: Staff) -> str:
    # The policy and the signed department decide; the stage's own columns are for showing.
    if not set(level.roles) & set(staff.roles):
        return _("您的角色不在“{stage}”的审核人之列").format(stage=level.name)
    if level.same_department and staff.department != item.department:
        return _("须由{department}的人员审核").format(department=item.department)
    return ""


def _why_not_for(item: Item, revision: Revision, staff: Staff, other: Staff, level: policies.Level) -> str:
    if not set(level.delegates) & set(staff.roles):
        return _("您的角色不能代审“{stage}”").format(stage=level.name)
    if other.id == staff.id or not other.active or _why_not_in_pool(item, level, other):
        return _("被代审人不是该环节的审核人")
    if other.id == item.author_id or other.id in revision.editors:
        return _("被代审人是作者或编辑者，不能由他人代审")
    return ""


def signers(s: Session, item: Item, revision: Revision, stage: ReviewLevel) -> list[Staff]:
    """Everybody who may sign the level in their own name now."""
    signed = {decision.staff_id for decision in decided(s, revision)}
    active = s.scalars(select(Staff).where(Staff.active).order_by(Staff.id))
    return [person for person in active if not why_not(item, revision, stage, person, signed)]


def require_content(s: Session, revision: Revision) -> None:
    """Refused when the revision is not frozen or no longer what was frozen."""
    if not is_as_frozen(s, revision):
        raise Refused(_("内容与冻结时不一致，已停止审核，请联系审计员"))


def require_levels(s: Session, item: Item, revision: Revision, upto: int) -> None:
    """Refused unless every level up to this one is signed: genuinely, over this digest, by people who may sign."""
    decisions = decided(s, revision)
    if len({d.staff_id for d in decisions}) != len(decisions):
        raise Refused(_("同一人签署了两次，已停止审核"))
    for decision in decisions:
        _require_genuine(item, revision, decision)
    for level in policies.load(item.policy).levels[:upto]:
        signed = [d for d in decisions if d.level == level.level and d.verdict == DecisionVerdict.APPROVE]
        if len(signed) < max(level.needed, 1):
            raise Refused(_("第 {level} 级尚未签署完成").format(level=level.level))


def _require_genuine(item: Item, revision: Revision, decision: Decision) -> None:
    if not hmac.compare_digest(decision.mac, decision_mac(decision)):
        raise Refused(_("审核意见与签名不符，已停止审核，请联系审计员"))
    if decision.digest != revision.digest:
        raise Refused(_("审核意见不是针对当前内容的，已停止审核"))
    own = decision.staff_id == item.author_id or decision.staff_id in revision.editors
    wrong = decision.staff_id != revision.editors[-1] if decision.level == 1 else own
    if wrong:
        raise Refused(_("第 {level} 级由无权签署的人签署，已停止审核").format(level=decision.level))
