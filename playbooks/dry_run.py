"""What a playbook would do if an event reached a volume now: nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.orm import Session

from duties import people, work_calendars
from playbooks.engine import started_by
from playbooks.schema import Playbook, Task, Tier
from sentiment.events.volume import tier as tier_of
from yiyuan import clock
from yiyuan.i18n import _
from yiyuan.staff.roles import Role, role_name


@dataclass(frozen=True)
class PlannedDuty:
    """A duty that would start: who would be asked by name (empty: nobody), and when it would be due."""

    task: Task
    people: Sequence[str]
    due: clock.Due


@dataclass(frozen=True)
class PlannedTier:
    """One tier that would be reached."""

    tier: Tier
    duties: Sequence[PlannedDuty]


@dataclass(frozen=True)
class DryRun:
    """The tiers that would be reached, lowest first, and what a person should mend first."""

    playbook: Playbook
    volume: int
    tiers: Sequence[PlannedTier]
    warnings: Sequence[str] = field(default_factory=tuple)


def dry_run(s: Session, playbook: Playbook, volume: int) -> DryRun:
    """Plan a new event that has this volume at once. Roles without people and unknown calendars are warned of."""
    reached = tier_of(volume, playbook.ranges)
    tiers = [playbook.tier(number) for number in range(1, reached + 1)]
    planned = [PlannedTier(tier, [_planned(s, task) for task in tasks]) for tier, tasks in started_by(tiers)]
    return DryRun(playbook, volume, planned, _warnings(s, playbook))


def _planned(s: Session, task: Task) -> PlannedDuty:
    begin = clock.now()
    if task.clock == "working":
        due = work_calendars.counted(s, task.calendar).add(begin, task.minutes)
    else:
        due = clock.Due(begin + timedelta(minutes=task.minutes), uncertain=False)
    return PlannedDuty(task, [person.name for person in people.recipients(s, task.role)], due)


def _warnings(s: Session, playbook: Playbook) -> list[str]:
    tasks = [task for tier in playbook.tiers for task in tier.duties]
    tasks += [signalled.duty for signalled in playbook.signals.values() if signalled.duty]
    known = {calendar.code for calendar in work_calendars.every(s)}
    calendars = {task.calendar for task in tasks if task.clock == "working"} - known
    roles = {task.role for task in tasks} | {role for tier in playbook.tiers for role in (tier.lead, *tier.notify)}
    roles |= {role for tier in playbook.tiers for step in tier.escalation for role in step.to}
    found = [
        _("没有工作日历“{code}”，相关任务会按 office 计时，请先添加该日历").format(code=code)
        for code in sorted(calendars)
    ]
    empty = [role for role in Role if role in roles and not people.recipients(s, role)]
    if empty:
        names = "、".join(map(role_name, empty))
        found.append(_("现在没有人担任：{roles}，交给他们的任务会立即上报，请授予角色或登记值班").format(roles=names))
    return found
