"""What must hold before anybody may approve, on every level."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from release import consent_coverage
from review.approval import selfcheck
from review.approval.waivers import stopping
from review.items import lookup
from review.redaction import doubts
from yiyuan import clock
from yiyuan.codes import VerdictKind
from yiyuan.i18n import _
from yiyuan.models import Revision, Variant, Verdict


def unmet(s: Session, revision: Revision) -> list[str]:
    """What stops every approval of a revision, in Chinese: open stopping findings, failed or unconfirmed checks."""
    unfinished = _("{checker}检查未完成，不能视为通过")
    wrong = [_("“{title}”未处理，须修改或由宣传部豁免").format(title=f.title) for f in stopping(s, revision)]
    wrong += [unfinished.format(checker=v.checker.label) for v in _failed(s, revision)]
    still = doubts.open_tracks(s, revision)
    wrong += [doubts.said(still)] if still else []
    wrong += unconsented(s, revision)
    wrong += [_("未核验：{note}").format(note=v.note) for v in selfcheck.unticked(s, revision)]
    return wrong


def unconsented(s: Session, revision: Revision) -> list[str]:
    """Why consents do not cover where and when the revision shall go out, as it stands now, in Chinese."""
    platforms = s.scalars(select(Variant.platform).where(Variant.revision_id == revision.id).distinct())
    planned = lookup.item(s, revision.item_id).planned_at
    day = max(clock.today(), clock.local(planned).date()) if planned else clock.today()
    return consent_coverage.reasons(s, revision, sorted(platforms), day)


def _failed(s: Session, revision: Revision) -> list[Verdict]:
    failed = select(Verdict).where(Verdict.revision_id == revision.id, Verdict.verdict == VerdictKind.FAILED)
    return list(s.scalars(failed.order_by(Verdict.checker)))
