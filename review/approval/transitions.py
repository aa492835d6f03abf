"""What a verdict does to the item: next level, approved, returned or rejected."""

from sqlalchemy.orm import Session

from notifications import notices
from review.approval import eligibility
from review.approval import levels as approval_levels
from review.items import lookup
from review.policies import policies
from yiyuan.codes import DecisionVerdict, ItemState, NoticeKind
from yiyuan.i18n import _
from yiyuan.models import Decision, Item, ReviewLevel, Revision, Staff


def levels(item: Item) -> list[policies.Level]:
    """The levels an item has to pass."""
    return policies.load(item.policy).levels


def follow(s: Session, item: Item, revision: Revision, stage: ReviewLevel, decision: Decision, staff: Staff) -> None:
    """Change the item's state as the verdict demands, with clocks and notices."""
    if decision.verdict == DecisionVerdict.APPROVE:
        _approved(s, item, revision, stage)
        return
    approval_levels.close(stage)
    item.level = 0
    lookup.moved(item, ItemState.RETURNED if decision.verdict == DecisionVerdict.RETURN else ItemState.REJECTED)
    _tell_author(s, item, revision, stage, decision, staff)


def _approved(s: Session, item: Item, revision: Revision, stage: ReviewLevel) -> None:
    if not _filled(s, item, revision, stage):
        lookup.moved(item)
        return
    approval_levels.close(stage)
    s.flush()
    if stage.level < len(levels(item)):
        lookup.moved(item)
        approval_levels.open_level(s, item, revision, stage.level + 1)
        return
    item.level = 0
    lookup.moved(item, ItemState.APPROVED)
    title = _("稿件《{title}》已通过全部审核").format(title=item.title[:60])
    key, link = f"revision:{revision.id}:approved", f"/items/{item.id}"
    notices.post(s, key=key, kind=NoticeKind.REVIEW, title=title, link=link, staff_id=item.author_id)


def _filled(s: Session, item: Item, revision: Revision, stage: ReviewLevel) -> bool:
    """Has the level the approvals it needs? quorum 0: of all who may still sign, nobody is left."""
    needed = policies.load(item.policy).level(stage.level).needed
    if needed == 0:
        return not eligibility.signers(s, item, revision, stage)
    signed = [
        d for d in eligibility.decided(s, revision) if d.level == stage.level and d.verdict == DecisionVerdict.APPROVE
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
