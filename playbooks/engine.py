"""The answer to a volume: tiers are reached, never left; each starts its duties, notices and holds exactly once.

Here too: when the first notice of a tier got out, and the sweep over events that a lost run left unanswered.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.delivery import holds
from duties import duties
from duties.duties import Assignment
from duties.escalation import Step
from notifications import notices
from playbooks import proposals
from playbooks.event_subject import subject_of
from playbooks.schema import Playbook, Task, Tier, named
from sentiment.events.volume import crossed_at, volume
from sentiment.events.volume import tier as tier_of
from yiyuan import audit, clock
from yiyuan.codes import AuditAction, ClockKind, EventState, NoticeKind, TimelineKind
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, Conflict, Missing, Refused
from yiyuan.i18n import _
from yiyuan.models import Event, Notice, Staff, TierCrossing, TimelineEntry
from yiyuan.staff.permissions import Action, may, roles_in_words
from yiyuan.staff.roles import role_name


@dataclass
class Outcome:
    """What one run did. `crossed`: tiers reached in it, lowest first; `held`: releases were held by it."""

    event_id: int
    tier: int
    volume: int
    crossed: list[int] = field(default_factory=list)
    duties: int = 0
    held: bool = False
    proposed: int = 0


def respond(event_id: int) -> Outcome:
    """Bring an open event to the tier of its volume, in one transaction of its own; running it again changes nothing.

    A jump over tiers starts the duties of each. The tier never falls. A closed event is left alone.
    """
    with transaction() as s:
        event = s.scalar(select(Event).where(Event.id == event_id).with_for_update())
        if event is None:
            raise Missing(_("舆情事件 {number} 不存在").format(number=event_id))
        if event.state != EventState.OPEN:
            return Outcome(event.id, event.tier, event.volume)
        return _answer(s, event, named(event.playbook))


def _answer(s: Session, event: Event, playbook: Playbook) -> Outcome:
    counts = volume(s, event)
    event.volume, event.copies = counts.total, counts.copies
    outcome = Outcome(event.id, event.tier, counts.total)
    reached = tier_of(counts.total, playbook.ranges)
    _reach_all(s, event, playbook, reached, outcome)
    for task in proposals.from_signals(s, event, playbook):
        leading = playbook.tier(max(event.tier, 1))
        outcome.duties += duties.start(s, subject_of(event), 0, assignment(leading, task)) is not None
    outcome.tier, outcome.proposed = event.tier, event.proposed_tier
    return outcome


def assignment(tier: Tier, task: Task) -> Assignment:
    """A task of a playbook as the duty that starts at a tier."""
    return Assignment(
        key=task.key,
        title=task.title,
        role=task.role,
        minutes=task.minutes,
        clock=ClockKind.of(task.clock),
        calendar=task.calendar,
        urgent=tier.urgent,
        chase_minutes=tier.chase_minutes,
        chain=tuple(Step(step.after, step.to, step.repeat) for step in tier.escalation),
        covers=tuple(task.covers),
    )


def _reach_all(s: Session, event: Event, playbook: Playbook, reached: int, outcome: Outcome) -> None:
    """Every tier up to `reached`, lowest first."""
    for tier, tasks in started_by([playbook.tier(number) for number in range(event.tier + 1, reached + 1)]):
        _reach(s, event, tier, tasks, outcome)


def started_by(tiers: Sequence[Tier]) -> Iterator[tuple[Tier, list[Task]]]:
    """The tasks that start when these tiers are reached at once, lowest first; what a higher one covers does not."""
    for index, tier in enumerate(tiers):
        covered = {key for higher in tiers[index + 1 :] for task in higher.duties for key in (task.key, *task.covers)}
        yield tier, [task for task in tier.duties if task.key not in covered]


def _reach(s: Session, event: Event, tier: Tier, tasks: Sequence[Task], outcome: Outcome) -> None:
    """One tier is reached: the crossing, the notices, the duties, the hold, the time line and the audit entry."""
    reached = event.volume >= tier.volume.first
    moment = crossed_at(s, event, tier.volume.first) if reached else clock.now()
    s.add(
        TierCrossing(event_id=event.id, tier=tier.tier, volume=event.volume, crossed_at=moment, raised_at=clock.now())
    )
    s.flush()
    event.tier = tier.tier
    _tell(s, event, tier)
    outcome.crossed.append(tier.tier)
    started = [duties.start(s, subject_of(event), tier.tier, assignment(tier, task)) for task in tasks]
    outcome.duties += len([duty for duty in started if duty is not None])
    if tier.hold_releases:
        outcome.held |= _hold(s, event, tier)
    text = _("达到第 {tier} 级（{title}），提及量 {volume}").format(
        tier=tier.tier, title=tier.title, volume=event.volume
    )
    s.add(TimelineEntry(event_id=event.id, at=clock.now(), kind=TimelineKind.TIER, text=text))
    audit.append(s, None, AuditAction.EVENT_TIER, f"event:{event.id}", {"tier": tier.tier, "volume": event.volume})


def _tell(s: Session, event: Event, tier: Tier) -> None:
    """One notice per role. Its title names event, tier and volume: many phones show nothing else."""
    title = _("【{tier}级{title}】{event}：提及量 {volume}").format(
        tier=tier.tier, title=tier.title, event=event.title[:200], volume=event.volume
    )
    body = _("牵头：{lead}。原因：{why}。请打开事件查看任务并确认。").format(lead=role_name(tier.lead), why=event.why)
    for role in dict.fromkeys([tier.lead, *tier.notify]):
        notices.post(
            s,
            key=f"event:{event.id}:tier:{tier.tier}:{role}",
            kind=NoticeKind.TIER,
            title=title,
            body=body,
            link=f"/events/{event.id}",
            role=role,
            event_id=event.id,
            tier=tier.tier,
            urgent=tier.urgent,
        )


def may_raise(playbook: Playbook, staff: Staff) -> bool:
    """Whether a person may raise the tier: one whom proposals go to, or who may raise any."""
    return may(staff, Action.raise_any_tier) or not set(playbook.proposals_to).isdisjoint(staff.roles)


def raise_tier(s: Session, staff: Staff, event_id: int, tier: int, reason: str) -> Outcome:
    """A person follows a proposal, or her own judgement, and raises the tier. It starts what the volume would start.

    Refused without one of the roles that proposals go to or that of a leader; Conflict when the tier is not higher.
    """
    event = s.scalar(select(Event).where(Event.id == event_id).with_for_update())
    if event is None:
        raise Missing(_("舆情事件 {number} 不存在").format(number=event_id))
    playbook = named(event.playbook)
    if not may_raise(playbook, staff):
        roles = "、".join([*map(role_name, playbook.proposals_to), roles_in_words(Action.raise_any_tier)])
        raise Refused(_("只有{roles}可以升级").format(roles=roles))
    if event.state != EventState.OPEN or not event.tier < tier <= len(playbook.tiers):
        raise Conflict(_("事件已关闭，或已在第 {tier} 级及以上").format(tier=tier))
    if not reason.strip():
        raise BadInput(_("请写明升级的理由"), field="reason")
    outcome = Outcome(event.id, tier, event.volume)
    _reach_all(s, event, playbook, tier, outcome)
    text = _("{name}人工升至第 {tier} 级：{reason}").format(name=staff.name, tier=tier, reason=reason.strip())
    s.add(TimelineEntry(event_id=event.id, at=clock.now(), staff_id=staff.id, kind=TimelineKind.RAISED, text=text))
    audit.append(s, staff, AuditAction.EVENT_RAISE, f"event:{event.id}", {"tier": tier, "volume": event.volume})
    return outcome


def _hold(s: Session, event: Event, tier: Tier) -> bool:
    """Hold all releases, once; whoever lifted an earlier hold of this event did so knowingly, a new tier asks again."""
    if holds.current(s) is not None:
        return False
    reason = _("舆情事件「{event}」达到第 {tier} 级，自动暂停发布").format(event=event.title[:200], tier=tier.tier)
    holds.set_hold(s, None, reason, event_id=event.id)
    return True


def record_notice(s: Session, notice: Notice) -> None:
    """The first delivered notice of a tier closes the crossing's clock; any other notice changes nothing."""
    if notice.event_id is None or notice.tier is None:
        return
    query = select(TierCrossing).where(TierCrossing.event_id == notice.event_id, TierCrossing.tier == notice.tier)
    crossing = s.scalar(query)
    if crossing is not None and crossing.noticed_at is None:
        crossing.noticed_at = notice.sent_at


def sweep() -> int:
    """Answer what a lost run left unanswered; returns how many open events there are. Own transactions."""
    with transaction(read_only=True) as s:
        opened = list(s.scalars(select(Event.id).where(Event.state == EventState.OPEN)))
    for event_id in opened:
        respond(event_id)
    return len(opened)
