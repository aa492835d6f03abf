"""Duties (任务), the people who do them and the calendars they are counted by. Owned by `duties`."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from yiyuan.codes import ClockKind, DutyEnd, SubjectKind
from yiyuan.models.base import Base, Id, Line, Long, Short


class Duty(Base):
    """A step given to a role, about a subject. Open while `ended_at` is empty; overdue when `due_at` has passed.

    All times are set when it starts; an edited calendar or playbook changes them only by `duties.recompute`.
    """

    __tablename__ = "duty"
    __table_args__ = (
        UniqueConstraint("subject_kind", "subject_id", "tier", "key"),
        Index("ix_duty_subject", "subject_kind", "subject_id"),
        Index("ix_duty_open", "ended_at", "next_chase_at", "next_escalation_at"),
    )

    id: Mapped[Id]
    subject_kind: Mapped[SubjectKind]
    subject_id: Mapped[int]
    tier: Mapped[int] = mapped_column(doc="Tier of an event that started it; 0: a signal did, or there are no tiers.")
    key: Mapped[Short] = mapped_column(doc="Name of the duty in the playbook.")
    title: Mapped[Line]
    role: Mapped[Short]
    department: Mapped[Short] = mapped_column(default="", doc="When only this department's people of the role.")
    urgent: Mapped[bool] = mapped_column(default=False)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    started_at: Mapped[datetime]
    minutes: Mapped[int] = mapped_column(default=0, doc="Time for it; 0: started before this was kept.")
    clock: Mapped[ClockKind] = mapped_column(default=ClockKind.NATURAL)
    calendar: Mapped[Short] = mapped_column(default="", doc="Work calendar of a working clock.")
    due_at: Mapped[datetime]
    due_uncertain: Mapped[bool] = mapped_column(default=False)
    chase_minutes: Mapped[int] = mapped_column(
        default=0, doc="Between two reminders until it is acknowledged; 0: none."
    )
    chases: Mapped[int] = mapped_column(default=0, doc="Reminders sent.")
    next_chase_at: Mapped[datetime | None]
    chain: Mapped[list[dict[str, Any]]] = mapped_column(default=list, doc="Steps of `duties.escalation.Step`.")
    escalations: Mapped[int] = mapped_column(
        default=0, doc="Steps of the chain taken, repetitions of the last included."
    )
    next_escalation_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None] = mapped_column(doc="The last step.")
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    acknowledged_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    done_at: Mapped[datetime | None]
    result: Mapped[Long] = mapped_column(default="")
    ended_at: Mapped[datetime | None]
    end: Mapped[DutyEnd | None] = mapped_column(doc="How it ended.")
    replaced_by: Mapped[int | None] = mapped_column(ForeignKey("duty.id"))


class OnCall(Base):
    """Who of a role is on call, from `starts_at` up to `ends_at`; a hand-over ends the entry and begins another's."""

    __tablename__ = "on_call"
    __table_args__ = (Index("ix_on_call_role_starts_at", "role", "starts_at"),)

    id: Mapped[Id]
    role: Mapped[Short]
    department: Mapped[Short] = mapped_column(default="")
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    note: Mapped[Line] = mapped_column(default="", doc="What is handed over with it.")
    created_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime]


class Absence(Base):
    """Days, both included, on which a person is away, and who takes what would go to her."""

    __tablename__ = "absence"

    id: Mapped[Id]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    deputy_id: Mapped[int | None] = mapped_column(
        ForeignKey("staff.id"), doc="None: the standing deputy, if there is any."
    )
    note: Mapped[Line] = mapped_column(default="")
    created_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]


class WorkCalendar(Base):
    """When an office, a clinic or a duty desk works. `duties.working_time.WorkingTime` counts its minutes."""

    __tablename__ = "work_calendar"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(
        String(64), unique=True, doc="What playbooks and departments name; never changed."
    )
    name: Mapped[Short]
    week: Mapped[list[str]] = mapped_column(doc="Seven texts from Monday on, `08:00-12:00 14:00-17:30`; '' is free.")
    follows_holidays: Mapped[bool] = mapped_column(doc="Public holidays are free and made-up days are worked.")
    days: Mapped[dict[str, Any]] = mapped_column(
        default=dict, doc="ISO date to periods as in `week`: days that differ."
    )
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
