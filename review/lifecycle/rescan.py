"""The re-scan (规则复查) of what is live after the rule pack changed: batch after batch, then a person decides.

Nothing is taken down by the machine here: a rule may be wrong, and one confirmation of publicity takes down the lot.
"""

import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.delivery import takedown
from compliance.advertising.active_pack import advertising
from compliance.types import Found
from notifications import notices
from review.lifecycle import rescan_batch
from yiyuan import audit, clock
from yiyuan.codes import AuditAction, NoticeKind, RescanDecision
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, Conflict
from yiyuan.i18n import _
from yiyuan.models import Rescan, RescanHit, Staff
from yiyuan.staff.permissions import Action, require
from yiyuan.staff.roles import Role

#: Revisions read between two saves, and seconds after which the rest is left to the next minute.
BATCH, SECONDS = 100, 30.0
_SHOWN = ("rule", "severity", "title", "field", "excerpt", "basis", "basis_status", "suggestion")


def run() -> int:
    """Go on with the re-scan that is due, for a while; returns how many revisions were checked. Re-entrant."""
    with transaction(read_only=True) as s:
        if not rescan_batch.is_due(s):
            return 0
    until, checked = time.monotonic() + SECONDS, 0
    while time.monotonic() < until:
        count, finished = _step()
        checked += count
        if finished:
            break
    return checked


def _step() -> tuple[int, bool]:
    """Check one batch; reading is done before the write transaction begins."""
    version = advertising().pack.version
    with transaction(read_only=True) as s:
        row = _of_version(s, version)
        batch = rescan_batch.check_batch(s, row.last_revision_id if row else 0, BATCH)
    with transaction() as s:
        row = _of_version(s, version) or _begin(s, version)
        row.last_revision_id, row.checked = batch.last_revision_id, row.checked + batch.checked
        _keep(s, row, batch.stopped)
        if batch.is_last:
            _finish(s, row)
        return batch.checked, batch.is_last


def _of_version(s: Session, version: str) -> Rescan | None:
    query = select(Rescan).where(Rescan.version == version, Rescan.finished_at.is_(None))
    return s.scalar(query.order_by(Rescan.id.desc()).limit(1))


def _begin(s: Session, version: str) -> Rescan:
    row = Rescan(version=version, started_at=clock.now())
    s.add(row)
    s.flush()
    return row


def _keep(s: Session, row: Rescan, stopped: Sequence[rescan_batch.Stopped]) -> None:
    """Save what would be stopped; what publicity kept in an earlier re-scan for the same findings stays kept."""
    for each in stopped:
        hit = RescanHit(rescan_id=row.id, item_id=each.item_id, revision_id=each.revision_id, found=_plain(each.found))
        before = s.scalar(
            select(RescanHit)
            .where(RescanHit.revision_id == each.revision_id, RescanHit.decision == RescanDecision.KEPT)
            .order_by(RescanHit.id.desc())
            .limit(1)
        )
        if before is not None and _names(before.found) >= _names(hit.found):
            hit.decision, hit.reason = before.decision, before.reason
            hit.decided_by, hit.decided_at = before.decided_by, before.decided_at
        s.add(hit)
    s.flush()


def _plain(found: Sequence[Found]) -> list[dict[str, Any]]:
    return [{name: getattr(each, name) for name in _SHOWN} for each in found]


def _names(found: Sequence[dict[str, Any]]) -> set[tuple[str, ...]]:
    return {(f["rule"], f["severity"], f["field"], f["excerpt"]) for f in found}


def _finish(s: Session, row: Rescan) -> None:
    row.finished_at = clock.now()
    hits = list(s.scalars(select(RescanHit).where(RescanHit.rescan_id == row.id).order_by(RescanHit.id)))
    rescan_batch.finish(s, [rescan_batch.Stopped(hit.item_id, hit.revision_id, "", ()) for hit in hits])
    count = sum(not hit.decision for hit in hits)
    if count:
        title = _("规则更新（{version}）后，{n} 篇在线内容需要处理").format(version=row.version, n=count)
        notices.post(
            s,
            key=f"rescan:{row.id}",
            kind=NoticeKind.REVIEW,
            title=title,
            link="/rescan",
            role=Role.publicity,
            urgent=True,
        )


def latest(s: Session) -> Rescan | None:
    """The newest re-scan, finished or not."""
    return s.scalar(select(Rescan).order_by(Rescan.id.desc()).limit(1))


def take_down(s: Session, staff: Staff, hit_ids: Sequence[int], reason: str) -> list[int]:
    """Take down every post of the chosen items, with one confirmation; returns the posts' ids."""
    hits = _chosen(s, staff, hit_ids, reason)
    posts: list[int] = []
    for hit in hits:
        why = _("规则复查：{reason}").format(reason=reason.strip())
        posts += takedown.withdraw_item(s, staff, hit.item_id, why)
        _decide(s, staff, hit, RescanDecision.TAKEN_DOWN, reason)
    return posts


def keep(s: Session, staff: Staff, hit_ids: Sequence[int], reason: str) -> None:
    """Let the chosen items stay, with a reason."""
    for hit in _chosen(s, staff, hit_ids, reason):
        _decide(s, staff, hit, RescanDecision.KEPT, reason)


def _chosen(s: Session, staff: Staff, hit_ids: Sequence[int], reason: str) -> list[RescanHit]:
    require(staff, Action.decide_rescan)
    if not hit_ids:
        raise BadInput(_("请至少选择一篇内容"), field="hits")
    if not reason.strip():
        raise BadInput(_("请写明理由"), field="reason")
    hits = list(s.scalars(select(RescanHit).where(RescanHit.id.in_(hit_ids)).order_by(RescanHit.id)))
    if len(hits) != len(set(hit_ids)) or any(hit.decision != RescanDecision.OPEN for hit in hits):
        raise Conflict(_("其中有内容已被处理，请刷新后再选"))
    return hits


def _decide(s: Session, staff: Staff, hit: RescanHit, decision: RescanDecision, reason: str) -> None:
    hit.decision, hit.reason = decision, reason.strip()[:2000]
    hit.decided_by, hit.decided_at = staff.id, clock.now()
    detail = {"hit": hit.id, "rules": sorted({f["rule"] for f in hit.found})}
    audit.append(
        s, staff, AuditAction.of(f"rescan.{decision}"), f"item:{hit.item_id}", detail, note=reason.strip()[:400]
    )
