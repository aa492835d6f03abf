"""Waiving a finding: an act of its own by publicity, with a reason and a name on the sheet."""

from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from review import rows
from yiyuan import audit, clock
from yiyuan.errors import BadInput, Conflict, Missing, Refused
from yiyuan.models import Finding, Item, Revision, Staff
from yiyuan.people import Role
from yiyuan.texts import _

#: Findings that stop level 1 while they are open.
STOPPING = ("block", "must_fix")
#: Shortest reason that says something.
REASON_LEAST = 4


def stopping(s: Session, revision: Revision) -> list[Finding]:
    """The open findings that stop a revision."""
    mine = select(Finding).where(Finding.revision_id == revision.id, Finding.disposition == "open")
    return list(s.scalars(mine.where(Finding.severity.in_(STOPPING)).order_by(Finding.id)))


def waive(
    s: Session, staff: Staff, finding_id: int, reason: str, *, disposition: Literal["waived", "false_alarm"] = "waived"
) -> Finding:
    """Let a stopping finding pass, before level 2. It does not use up publicity's own signature on the last level."""
    finding = s.get(Finding, finding_id)
    if finding is None:
        raise Missing(_("检查发现不存在"))
    revision = s.get_one(Revision, finding.revision_id)
    item = rows.locked(s, revision.item_id)
    _require_may_waive(item, revision, finding, staff)
    if len(reason.strip()) < REASON_LEAST:
        raise BadInput(_("请写明豁免理由"), field="reason")
    finding.disposition, finding.reason = disposition, reason.strip()[:2000]
    finding.disposed_by, finding.disposed_at = staff.id, clock.now()
    rows.moved(item)
    detail = {"finding": finding.id, "rule": finding.rule, "severity": finding.severity}
    audit.append(s, staff, f"finding.{disposition}", f"item:{item.id}", detail, note=reason.strip()[:400])
    return finding


def _require_may_waive(item: Item, revision: Revision, finding: Finding, staff: Staff) -> None:
    rows.require_state(item, ("naming", "review"), _("豁免"))
    if revision.number != item.revision_number or item.level > 1:
        raise Conflict(_("只能在自查签署之前豁免当前版本的检查发现"))
    if Role.publicity not in staff.roles:
        raise Refused(_("只有宣传部可以豁免检查发现"))
    if staff.id == item.author_id or staff.id in revision.editors:
        raise Refused(_("作者和编辑者不能豁免自己的稿件"))
    if finding.disposition != "open" or finding.severity not in STOPPING:
        raise Conflict(_("该检查发现无需豁免"))
