"""Waiving a finding: an act of its own by publicity, with a reason and a name on the sheet; others may ask for it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications import notices
from review.items import lookup, moves, originals
from yiyuan import audit, clock
from yiyuan.codes import KEPT, STOPPING, AuditAction, Disposition, ItemState, NoticeKind
from yiyuan.errors import BadInput, Conflict, Missing, Refused
from yiyuan.i18n import _
from yiyuan.models import Finding, Item, Revision, Staff, WaiverRequest
from yiyuan.staff import permissions
from yiyuan.staff.permissions import Action
from yiyuan.staff.roles import Role

#: Shortest reason that says something.
REASON_LEAST = 4


def stopping(s: Session, revision: Revision) -> list[Finding]:
    """The open findings that stop a revision."""
    query = select(Finding).where(Finding.revision_id == revision.id, Finding.disposition == Disposition.OPEN)
    return list(s.scalars(query.where(Finding.severity.in_(STOPPING)).order_by(Finding.id)))


def waiting(s: Session, revision: Revision) -> dict[int, WaiverRequest]:
    """The requests that publicity has not answered, by finding."""
    query = select(WaiverRequest).join(Finding).where(Finding.revision_id == revision.id)
    return {row.finding_id: row for row in s.scalars(query.where(WaiverRequest.answered_at.is_(None)))}


def _request(s: Session, finding: Finding) -> WaiverRequest | None:
    return s.scalar(select(WaiverRequest).where(WaiverRequest.finding_id == finding.id))


def ask(s: Session, staff: Staff, finding_id: int, reason: str) -> WaiverRequest:
    """Whoever may edit the item asks publicity to waive a stopping finding. Asking again replaces the request."""
    finding, _revision, item = _current(s, finding_id, _("申请豁免"))
    originals.require_editor(item, staff, _("申请豁免"))
    request = _request(s, finding) or WaiverRequest(finding_id=finding.id)
    request.reason = _reason(reason, _("请写明为什么此处可以这样写"))
    request.asked_by, request.asked_at = staff.id, clock.now()
    request.answered_by = request.answered_at = None
    s.add(request)
    audit.append(
        s, staff, AuditAction.FINDING_ASK, f"item:{item.id}", {"finding": finding.id}, note=request.reason[:400]
    )
    title = _("{name}申请豁免：{what}").format(name=staff.name, what=finding.title)
    link = f"/items/{item.id}/decide#finding-{finding.id}"
    key = f"waiver:{finding.id}:{staff.id}"
    body = request.reason
    notices.post(s, key=key, kind=NoticeKind.REVIEW, title=title[:200], body=body, link=link, role=Role.publicity)
    return request


def waive(
    s: Session, staff: Staff, finding_id: int, reason: str, *, disposition: Disposition = Disposition.WAIVED
) -> Finding:
    """Let a stopping finding pass, before level 2. It does not use up publicity's own signature on the last level."""
    finding, revision, item = _current(s, finding_id, _("豁免"))
    if refusal := why_not(item, revision, staff):
        raise Refused(refusal)
    if disposition not in KEPT:
        raise BadInput(_("请选择豁免或误报"), field="disposition")
    finding.disposition, finding.reason = disposition, _reason(reason, _("请写明豁免理由"))
    finding.disposed_by, finding.disposed_at = staff.id, clock.now()
    moves.moved(item)
    detail = {"finding": finding.id, "rule": finding.rule, "severity": finding.severity}
    audit.append(
        s, staff, AuditAction.of(f"finding.{disposition}"), f"item:{item.id}", detail, note=finding.reason[:400]
    )
    request = _request(s, finding)
    if request is not None:
        request.answered_by, request.answered_at = staff.id, clock.now()
        title = _("宣传部已同意豁免：{what}").format(what=finding.title)
        link = f"/items/{item.id}#finding-{finding.id}"
        key = f"waived:{finding.id}"
        notices.post(s, key=key, kind=NoticeKind.REVIEW, title=title[:200], link=link, staff_id=request.asked_by)
    return finding


def _current(s: Session, finding_id: int, doing: str) -> tuple[Finding, Revision, Item]:
    """An open stopping finding of a revision that is still at its self-check, with the item locked."""
    finding = s.get(Finding, finding_id)
    if finding is None:
        raise Missing(_("检查发现不存在"))
    revision = s.get_one(Revision, finding.revision_id)
    item = lookup.locked(s, revision.item_id)
    lookup.require_state(item, (ItemState.NAMING, ItemState.REVIEW), doing)
    if revision.number != item.revision_number or item.level > 1:
        raise Conflict(_("只能在自查签署之前豁免当前版本的检查发现"))
    if finding.disposition != Disposition.OPEN or not finding.severity.stops:
        raise Conflict(_("该检查发现无需豁免"))
    return finding, revision, item


def _reason(given: str, message: str) -> str:
    if len(given.strip()) < REASON_LEAST:
        raise BadInput(message, field="reason")
    return given.strip()[:2000]


def why_not(item: Item, revision: Revision, staff: Staff) -> str:
    """Why a person may not waive findings of a revision, in Chinese; "" when they may, as far as it is up to them."""
    if not permissions.may(staff, Action.waive_finding):
        return permissions.needed(Action.waive_finding)
    if staff.id == item.author_id or staff.id in revision.editors:
        return _("作者和编辑者不能豁免自己的稿件")
    return ""
