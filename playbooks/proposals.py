"""Signals only propose: a higher tier is asked of people, and a desk that must know gets its own duty."""

from collections import Counter

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from notifications import notices
from playbooks.schema import Playbook, Task
from sentiment.events.volume import counted
from sentiment.scoring import signals
from yiyuan import audit, clock
from yiyuan.codes import AuditAction, NoticeKind, Sentiment, TimelineKind
from yiyuan.i18n import _
from yiyuan.models import Event, Mention, TimelineEntry

#: Mentions with signals that are looked at in one run.
LOOKED_AT = 5000


def from_signals(s: Session, event: Event, playbook: Playbook) -> list[Task]:
    """Write a proposal when the signals ask for more than the tier reached; return the duties the signals start."""
    # How many mentions of the event carry each signal; praise that mentions one is left out.
    query = select(Mention.signals).where(
        counted(s, event), cast(Mention.signals, String) != "[]", Mention.label != Sentiment.POSITIVE
    )
    rows = s.scalars(query.order_by(Mention.id.desc()).limit(LOOKED_AT))
    found = Counter(name for names in rows for name in names)
    known = {name: playbook.signals[name] for name in found if name in playbook.signals}
    asked = {name: signalled.propose for name, signalled in known.items() if signalled.propose}
    highest = max(asked.values(), default=0)
    if highest > max(event.tier, event.proposed_tier):
        names = [name for name, number in asked.items() if number == highest]
        _propose(s, event, playbook, highest, {name: found[name] for name in names})
    return [signalled.duty for signalled in known.values() if signalled.duty]


def _propose(s: Session, event: Event, playbook: Playbook, tier: int, found: dict[str, int]) -> None:
    what = "、".join(_("{signal} {count} 条").format(signal=signals.title(n), count=c) for n, c in found.items())
    event.proposed_tier = tier
    event.proposal = _("出现信号：{what}，建议升为第 {tier} 级").format(what=what, tier=tier)[:400]
    s.add(TimelineEntry(event_id=event.id, at=clock.now(), kind=TimelineKind.PROPOSAL, text=event.proposal))
    audit.append(s, None, AuditAction.EVENT_PROPOSE, f"event:{event.id}", {"tier": tier, "signals": found})
    for role in playbook.proposals_to:
        notices.post(
            s,
            key=f"event:{event.id}:propose:{tier}:{role}",
            kind=NoticeKind.TIER,
            title=_("【建议升级】{event}：{proposal}").format(event=event.title[:150], proposal=event.proposal[:150]),
            body=_("信号只作建议，级别由提及量决定，升级须由人确认。"),
            link=f"/events/{event.id}",
            role=role,
            event_id=event.id,
            urgent=True,
        )
