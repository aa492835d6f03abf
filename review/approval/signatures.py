"""Are the signatures of a revision real and complete? Recomputed from keys and rows before anything builds on them."""

import hmac

from sqlalchemy.orm import Session

from release.content import is_as_frozen
from release.decision_mac import decision_mac
from review.approval import eligibility
from review.policies import policies
from yiyuan.codes import DecisionVerdict
from yiyuan.errors import Refused
from yiyuan.i18n import _
from yiyuan.models import Decision, Item, Revision


def require_content(s: Session, revision: Revision) -> None:
    """Refused when the revision is not frozen or no longer what was frozen."""
    if not is_as_frozen(s, revision):
        raise Refused(_("内容与冻结时不一致，已停止审核，请联系审计员"))


def require_levels(s: Session, item: Item, revision: Revision, upto: int) -> None:
    """Refused unless every level up to this one is signed: genuinely, over this digest, by people who may sign."""
    decisions = eligibility.decided(s, revision)
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
