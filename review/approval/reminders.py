"""Reminders and escalation of levels that nobody signs. Called every minute."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from duties import work_calendars
from notifications import notices
from review.approval import signatures
from review.items.moves import revive
from review.policies import policies
from yiyuan import audit, clock
from yiyuan.codes import AuditAction, ItemState, NoticeKind
from yiyuan.db.session import transaction
from yiyuan.i18n import _
from yiyuan.models import Item, ReviewLevel, Revision


def sweep() -> int:
    """Send what is due, each reminder and escalation once, and revive stuck intakes; returns how many of all these."""
    revived = revive()
    with transaction() as s:
        query = (
            select(ReviewLevel, Revision, Item)
            .join(Revision, Revision.id == ReviewLevel.revision_id)
            .join(Item, Item.id == Revision.item_id)
            .where(ReviewLevel.closed_at.is_(None), Item.state == ItemState.REVIEW)
        )
        return revived + sum(_remind(s, *row) + _escalate(s, *row) for row in s.execute(query).tuples().all())


def _reminders_due(s: Session, item: Item, stage: ReviewLevel) -> list[datetime]:
    if stage.remind_at is None:  # opened by a version that kept no times of reminders
        office = work_calendars.counted(s, work_calendars.OFFICE)
        minutes = policies.load(item.policy).level(stage.level).reminders
        stage.remind_at = [office.add(stage.opened_at, number).at.isoformat() for number in minutes]
    times = map(datetime.fromisoformat, stage.remind_at)
    return [at for at in times if at <= clock.now() and (stage.reminded_at is None or stage.reminded_at < at)]


def _remind(s: Session, stage: ReviewLevel, revision: Revision, item: Item) -> int:
    if stage.escalated_at is not None or not _reminders_due(s, item, stage):
        return 0
    stage.reminded_at = clock.now()
    due = clock.local(stage.due_at).strftime("%m-%d %H:%M")
    title = _("提醒：《{title}》等您{stage}，期限 {due}").format(title=item.title[:60], stage=stage.name, due=due)
    for person in signatures.signers(s, item, revision, stage):
        key = f"stage:{stage.id}:remind:{stage.reminded_at.isoformat()}:{person.id}"
        notices.post(s, key=key, kind=NoticeKind.REVIEW, title=title, link=f"/items/{item.id}", staff_id=person.id)
    return 1


def _escalate(s: Session, stage: ReviewLevel, revision: Revision, item: Item) -> int:
    if stage.escalated_at is not None or clock.now() < stage.due_at:
        return 0
    stage.escalated_at = clock.now()
    title = _("超时：《{title}》在“{stage}”逾期未审").format(title=item.title[:60], stage=stage.name)
    names = "、".join(person.name for person in signatures.signers(s, item, revision, stage))
    body = _("可签署人：{names}").format(names=names or _("无，请指派"))
    for role in policies.load(item.policy).level(stage.level).overdue.roles:
        key = f"stage:{stage.id}:overdue:{role}"
        link = f"/items/{item.id}"
        notices.post(s, key=key, kind=NoticeKind.REVIEW, title=title, body=body, link=link, role=role, urgent=True)
    detail = {"stage": stage.id, "level": stage.level}
    audit.append(s, None, AuditAction.STAGE_OVERDUE, f"item:{item.id}", detail)
    return 1
