"""Opening and closing the levels of a review, with their clocks and notices."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications import notices
from review.approval import eligibility
from review.policies import policies
from yiyuan import clock
from yiyuan.codes import NoticeKind
from yiyuan.i18n import _
from yiyuan.models import Item, ReviewLevel, Revision


def open_level(s: Session, item: Item, revision: Revision, number: int) -> ReviewLevel:
    """Open a level of the item's policy, set its deadline in working minutes and tell whoever may sign."""
    level = policies.load(item.policy).level(number)
    due = clock.add_working_minutes(clock.now(), level.deadline)
    stage = ReviewLevel(
        revision_id=revision.id,
        level=number,
        name=level.name,
        roles=[str(role) for role in level.roles],
        department=item.department if level.same_department else "",
        quorum=level.needed,
        opened_at=clock.now(),
        due_at=due.at,
        due_uncertain=due.uncertain,
    )
    s.add(stage)
    item.level = number
    s.flush()
    _tell(s, item, revision, stage)
    return stage


def _tell(s: Session, item: Item, revision: Revision, stage: ReviewLevel) -> None:
    title = _("待您{stage}：《{title}》").format(stage=stage.name, title=item.title[:60])
    body = _("请在 {due} 前完成。").format(due=clock.local(stage.due_at).strftime("%Y-%m-%d %H:%M"))
    for person in eligibility.signers(s, item, revision, stage):
        key = f"stage:{stage.id}:open:{person.id}"
        notices.post(
            s, key=key, kind=NoticeKind.REVIEW, title=title, body=body, link=f"/items/{item.id}", staff_id=person.id
        )


def open_stage(s: Session, revision: Revision) -> ReviewLevel | None:
    """The level that is open for a revision."""
    return s.scalar(select(ReviewLevel).where(ReviewLevel.revision_id == revision.id, ReviewLevel.closed_at.is_(None)))


def close(stage: ReviewLevel) -> None:
    """The level has what it needs, or the revision left the review."""
    stage.closed_at = clock.now()
