"""The sheet (审批单): the signed record of an approved revision. It outlives the item."""

import hmac
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from release.content import findings_digest
from review.approval import signatures
from review.items import lookup
from review.policies import policies
from yiyuan import audit, clock
from yiyuan.canonical_json import canonical
from yiyuan.codes import AuditAction, ItemState
from yiyuan.crypto.keyring import keyring
from yiyuan.errors import Refused
from yiyuan.i18n import _
from yiyuan.models import Account, Asset, Consent, Decision, Finding, Item, Revision, Sheet, Staff, Variant, Verdict
from yiyuan.settings import settings

VERSION = 1


def make(s: Session, revision_id: int) -> Sheet:
    """The sheet of an approved revision; made once. Refused when its signatures are not complete and genuine."""
    earlier = s.scalar(select(Sheet).where(Sheet.revision_id == revision_id))
    if earlier is not None:
        return earlier
    revision = s.get_one(Revision, revision_id)
    item = lookup.item(s, revision.item_id)
    if item.state != ItemState.APPROVED:
        raise Refused(_("稿件尚未通过全部审核，不能出具审批单"))
    signatures.require_content(s, revision)
    signatures.require_levels(s, item, revision, policies.load(item.policy).last)
    content = _content(s, item, revision)
    sheet = Sheet(item_id=item.id, revision_id=revision.id, content=content, mac=_mac(content), made_at=clock.now())
    s.add(sheet)
    s.flush()
    audit.append(s, None, AuditAction.SHEET_MAKE, f"item:{item.id}", {"sheet": sheet.id, "mac": sheet.mac})
    return sheet


def verify(s: Session, sheet: Sheet) -> list[str]:
    """What is wrong with a sheet, in Chinese; nothing: it is as it was signed, and so is what it speaks of."""
    if not hmac.compare_digest(sheet.mac, _mac(sheet.content)):
        return [_("审批单内容与签名不符")]
    revision = s.get(Revision, sheet.revision_id)
    if revision is None:
        return []
    faults = [] if revision.digest == sheet.content["digest"] else [_("版本摘要与审批单不符")]
    macs = [d.mac for d in signatures.decided(s, revision)]
    if macs != [d["mac"] for d in sheet.content["decisions"]]:
        faults.append(_("审核意见与审批单不符"))
    return faults


def verify_all(s: Session) -> dict[int, list[str]]:
    """What is wrong with every sheet, by the sheet's number; {} when all hold."""
    found = {sheet.id: verify(s, sheet) for sheet in s.scalars(select(Sheet).order_by(Sheet.id))}
    return {number: faults for number, faults in found.items() if faults}


def _mac(content: dict[str, Any]) -> str:
    return keyring().mac(b"sheet:" + canonical(content))


def _content(s: Session, item: Item, revision: Revision) -> dict[str, Any]:
    author = lookup.person(s, item.author_id)
    # The revisions before this one and why each came back.
    earlier = select(Revision).where(Revision.item_id == item.id, Revision.number < revision.number)
    found: list[dict[str, Any]] = []
    for row in s.scalars(earlier.order_by(Revision.number)):
        decisions = [_decision(s, item, decision) for decision in signatures.decided(s, row)]
        found.append({"revision": row.number, "digest": row.digest, "decisions": decisions})
    return {
        "version": VERSION,
        "hospital": settings().hospital,
        "policy": policies.load(item.policy).title,
        "item": item.id,
        "revision": revision.number,
        "title": item.title,
        "content_class": item.content_class,
        "department": item.department,
        "author": _person(author),
        "editors": [_person(lookup.person(s, i)) for i in revision.editors],
        "texts": revision.texts,
        "tags": revision.tags,
        "ai": [revision.ai_label, revision.ai_verified_by],
        "digest": revision.digest,
        "findings_digest": findings_digest(s, revision),
        "frozen_at": _time(revision.frozen_at),
        "decisions": [_decision(s, item, d) for d in signatures.decided(s, revision)],
        "findings": [_finding(s, f) for f in _of(s, Finding, revision)],
        "verdicts": [_verdict(s, v) for v in _of(s, Verdict, revision)],
        "assets": [
            {"kind": a.kind, "role": a.role, "sha256": a.sha256, "size": a.size} for a in _of(s, Asset, revision)
        ],
        "consents": [_consent(c) for c in s.scalars(select(Consent).where(Consent.item_id == item.id))],
        "variants": [_variant(s, v) for v in _of(s, Variant, revision)],
        "before": found,
    }


def _of(s: Session, model: type[Any], revision: Revision) -> list[Any]:
    return list(s.scalars(select(model).where(model.revision_id == revision.id).order_by(model.id)))


def _time(moment: Any) -> str:
    return clock.local(moment).isoformat(timespec="seconds") if moment else ""


def _person(staff: Staff) -> dict[str, Any]:
    return {"id": staff.id, "name": staff.name, "title": staff.title, "department": staff.department}


def _name(s: Session, staff_id: int | None) -> str:
    staff = s.get(Staff, staff_id) if staff_id is not None else None
    return staff.name if staff else ""


def _decision(s: Session, item: Item, decision: Decision) -> dict[str, Any]:
    return {
        "level": decision.level,
        "stage": policies.load(item.policy).level(decision.level).name,
        "by": _person(lookup.person(s, decision.staff_id)),
        "delegate_of": _name(s, decision.delegate_of),
        "verdict": decision.verdict,
        "reason": decision.reason,
        "answers": decision.answers,
        "signed_at": _time(decision.signed_at),
        "findings_digest": decision.findings_digest,
        "mac": decision.mac,
    }


def _finding(s: Session, finding: Finding) -> dict[str, Any]:
    names = ("checker", "rule", "severity", "title", "field", "basis", "basis_status", "disposition", "reason")
    plain = {name: getattr(finding, name) for name in names}
    return plain | {"by": _name(s, finding.disposed_by), "at": _time(finding.disposed_at)}


def _verdict(s: Session, verdict: Verdict) -> dict[str, Any]:
    plain = {"checker": verdict.checker, "verdict": verdict.verdict, "note": verdict.note}
    return plain | {"ticked_by": _name(s, verdict.ticked_by), "ticked_at": _time(verdict.ticked_at)}


def _consent(consent: Consent) -> dict[str, Any]:
    until = consent.to_day.isoformat() if consent.to_day else ""
    return {
        "subject": consent.subject,
        "uses": consent.uses,
        "channels": consent.channels,
        "from": consent.from_day.isoformat(),
        "to": until,
        "guardian": consent.guardian,
    }


def _variant(s: Session, variant: Variant) -> dict[str, Any]:
    account = s.get_one(Account, variant.account_id)
    return {"platform": variant.platform, "account": account.name, "title": variant.title, "tags": variant.tags}
