"""The levels of a review: opened with clocks and notices, closed, and what a verdict does to the item."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from duties import work_calendars
from notifications import notices
from review.approval import signatures
from review.items import moves
from review.policies import policies
from yiyuan import clock
from yiyuan.codes import DecisionVerdict, ItemState, NoticeKind
from yiyuan.i18n import _
from yiyuan.models import Decision, Item, ReviewLevel, Revision, Staff


def open_level(s: Session, item: Item, revision: Revision, number: int) -> ReviewLevel:
    """Open a level of the item's policy, set its deadline in working minutes and tell whoever may sign."""
    level = policies.load(item.policy).level(number)
    opened, office = clock.now(), work_calendars.counted(s, work_calendars.OFFICE)
    due = office.add(opened, level.deadline)
    stage = ReviewLevel(
        revision_id=revision.id,
        level=number,
        name=level.name,
        roles=[str(role) for role in level.roles],
        department=item.department if level.same_department else "",
        quorum=level.needed,
        opened_at=opened,
        due_at=due.at,
        due_uncertain=due.uncertain,
        remind_at=[office.add(opened, minutes).at.isoformat() for minutes in level.reminders],
    )
    s.add(stage)
    item.level = number
    s.flush()
    title = _("待您{stage}：《{title}》").format(stage=stage.name, title=item.title[:60])
    body = _("请在 {due} 前完成。").format(due=clock.local(stage.due_at).strftime("%Y-%m-%d %H:%M"))
    for person in signatures.signers(s, item, revision, stage):
        key = f"stage:{stage.id}:open:{person.id}"
        notices.post(
            s, key=key, kind=NoticeKind.REVIEW, title=title, body=body, link=f"/items/{item.id}", staff_id=person.id
        )
    return stage


def open_stage(s: Session, revision: Revision) -> ReviewLevel | None:
    """The level that is open for a revision."""
    return s.scalar(select(ReviewLevel).where(ReviewLevel.revision_id == revision.id, ReviewLevel.closed_at.is_(None)))


def close(stage: ReviewLevel) -> None:
    """The level has what it needs, or the revision left the review."""
    stage.closed_at = clock.now()


def follow(s: Session, item: Item, revision: Revision, stage: ReviewLevel, decision: Decision, staff: Staff) -> None:
    """Change the item's state as the verdict demands, with clocks and notices."""
    if decision.verdict == DecisionVerdict.APPROVE:
        _approved(s, item, revision, stage)
        return
    close(stage)
    item.level = 0
    moves.moved(item, ItemState.RETURNED if decision.verdict == DecisionVerdict.RETURN else ItemState.REJECTED)
    _tell_author(s, item, revision, stage, decision, staff)


def _approved(s: Session, item: Item, revision: Revision, stage: ReviewLevel) -> None:
    if not _filled(s, item, revision, stage):
        moves.moved(item)
        return
    close(stage)
    s.flush()
    if stage.level < policies.load(item.policy).last:
        moves.moved(item)
        open_level(s, item, revision, stage.level + 1)
        return
    item.level = 0
    moves.moved(item, ItemState.APPROVED)
    title = _("稿件《{title}》已通过全部审核").format(title=item.title[:60])
    key, link = f"revision:{revision.id}:approved", f"/items/{item.id}"
    notices.post(s, key=key, kind=NoticeKind.REVIEW, title=title, link=link, staff_id=item.author_id)


def _filled(s: Session, item: Item, revision: Revision, stage: ReviewLevel) -> bool:
    """Has the level the approvals it needs? quorum 0: of all who may still sign, nobody is left."""
    needed = policies.load(item.policy).level(stage.level).needed
    if needed == 0:
        return not signatures.signers(s, item, revision, stage)
    signed = [
        d for d in signatures.decided(s, revision) if d.level == stage.level and d.verdict == DecisionVerdict.APPROVE
    ]
    return len(signed) >= needed


def _tell_author(
    s: Session, item: Item, revision: Revision, stage: ReviewLevel, decision: Decision, staff: Staff
) -> None:
    words = _("已退回") if decision.verdict == DecisionVerdict.RETURN else _("已否决")
    title = _("《{title}》{what}（{stage}，{name}）").format(
        title=item.title[:60], what=words, stage=stage.name, name=staff.name
    )
    for person in {item.author_id, revision.editors[-1]} - {staff.id}:
        key = f"decision:{decision.id}:{person}"
        notices.post(
            s,
            key=key,
            kind=NoticeKind.RETURNED,
            title=title,
            body=decision.reason,
            link=f"/items/{item.id}",
            staff_id=person,
        )
