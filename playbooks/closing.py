"""Closing an event: never by the machine, and by a person only when the playbook's conditions hold."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from duties import duties
from playbooks.schema import Closing, named
from sentiment.events.volume import history
from yiyuan import audit, clock
from yiyuan.codes import AuditAction, EventState, SubjectKind, TimelineKind
from yiyuan.errors import BadInput, Conflict, Missing, Refused
from yiyuan.i18n import _
from yiyuan.models import Event, Staff, TimelineEntry
from yiyuan.staff.roles import role_name


def close(s: Session, staff: Staff, event_id: int, note: str) -> Event:
    """Close an event. Refused without the role, BadInput without a note, Conflict naming what does not hold yet."""
    event = s.scalar(select(Event).where(Event.id == event_id).with_for_update())
    if event is None:
        raise Missing(_("舆情事件 {number} 不存在").format(number=event_id))
    if event.state != EventState.OPEN:
        raise Conflict(_("事件已关闭"))
    if not may_close(event, staff):
        names = "、".join(role_name(role) for role in closing_of(event).roles)
        raise Refused(_("第 {tier} 级事件只能由{roles}关闭").format(tier=event.tier, roles=names))
    if not note.strip():
        raise BadInput(_("请写明关闭的理由和后续安排"), field="note")
    if missing := unmet(s, event):
        raise Conflict(_("还不能关闭：{reasons}").format(reasons="；".join(missing)))
    note = note.strip()
    event.state, event.closed_at, event.closed_by, event.closing_note = EventState.CLOSED, clock.now(), staff.id, note
    duties.cancel_all(s, staff, SubjectKind.EVENT, event.id)
    text = _("{name}关闭事件：{note}").format(name=staff.name, note=note)
    s.add(TimelineEntry(event_id=event.id, at=clock.now(), staff_id=staff.id, kind=TimelineKind.CLOSED, text=text))
    audit.append(s, staff, AuditAction.EVENT_CLOSE, f"event:{event.id}", {"tier": event.tier, "volume": event.volume})
    return event


def may_close(event: Event, staff: Staff) -> bool:
    """Whether the playbook lets the person close the event at the tier it has reached."""
    return not set(closing_of(event).roles).isdisjoint(staff.roles)


def closing_of(event: Event) -> Closing:
    """The closing conditions of the tier the event has reached; before its first run, those of tier 1."""
    return named(event.playbook).tier(max(event.tier, 1)).closing


def unmet(s: Session, event: Event) -> list[str]:
    """The conditions that do not hold yet, as Chinese sentences; none: a person may close."""
    conditions, found = closing_of(event), []
    if event.tier == 0:
        found.append(_("预案尚未运行"))
    quiet = quiet_since(s, event, conditions)
    until = quiet + timedelta(hours=conditions.quiet_hours)
    if until > clock.now():
        moment = clock.local(until).strftime("%m-%d %H:%M")
        found.append(_("须连续 {hours} 小时平静（最早 {until}）").format(hours=conditions.quiet_hours, until=moment))
    left = [duty for duty in duties.of_subject(s, SubjectKind.EVENT, event.id) if duty.ended_at is None]
    if conditions.duties_done and (count := len(left)):
        found.append(_("还有 {count} 项任务未完成").format(count=count))
    return found


def quiet_since(s: Session, event: Event, conditions: Closing) -> datetime:
    """The end of the last hour that brought more than the allowed share of the peak hour."""
    hours = hourly(s, event)
    allowed = conditions.share_of_peak * max(hours.values(), default=0)
    loud = [hour for hour, amount in hours.items() if amount > allowed]
    # An hour is over when it is over, but an event is not quieter for being young.
    return max([event.opened_at, *(hour + timedelta(hours=1) for hour in loud)])


def hourly(s: Session, event: Event) -> Counter[datetime]:
    """New volume per hour since the event was opened, by the time it was stored."""
    grown: Counter[datetime] = Counter()
    for (_at, before), (at, after) in pairwise([(event.opened_at, 0), *history(s, event)]):
        grown[at.replace(minute=0, second=0, microsecond=0)] += after - before
    return grown
