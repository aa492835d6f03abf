"""Random steps of people and of time over duties: none is lost, none is doubled, none is silent.

The short form; DUTY_STEPS=10000 is the long one (`make sweep`).
"""

import os
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from duties import chase, duties, people, roster
from playbooks.event_subject import subject_of
from tests.support.duties import assignment, notices_of, open_event
from yiyuan import audit, clock
from yiyuan.codes import DutyEnd, EventState, SubjectKind
from yiyuan.db import session as db
from yiyuan.db.session import transaction
from yiyuan.errors import YiyuanError
from yiyuan.models import Absence, Duty, Event, Staff
from yiyuan.staff import members
from yiyuan.staff.roles import Role

STEPS = int(os.environ.get("DUTY_STEPS", "250"))
ROLES = (Role.operations, Role.publicity, Role.medical_affairs)


class Walk:
    """People of three roles, two each, and events that come and go."""

    def __init__(self, staff: dict[str, Staff], dice: random.Random, now: time_machine.Traveller) -> None:
        self.staff, self.dice, self.now = staff, dice, now
        with transaction() as s:
            second = [
                members.create_staff(s, f"second-{role}", f"第二{role}", [role], "院办", "correct-horse-9")
                for role in ROLES
            ]
        self.team = [staff[role].id for role in ROLES] + [person.id for person in second]
        self.started: set[int] = set()
        self.events = [open_event(staff["operations"]).id]

    def act(self) -> None:
        step: Callable[[], object] = self.dice.choice(
            [self.start, self.start, self.acknowledge, self.finish, self.hand_over, self.absent, self.back,
             self.switch, self.wait, self.wait, self.wait, self.restart, self.close]
        )  # fmt: skip
        with suppress(YiyuanError):  # refused with a reason: the next step goes on from the same state
            step()
        chase.sweep()

    def _duty(self) -> int:
        with transaction(read_only=True) as s:
            found = list(s.scalars(select(Duty.id).order_by(Duty.id.desc()).limit(12)))
        return self.dice.choice(found or [0])

    def _person(self, s: Session) -> Staff:
        return s.get_one(Staff, self.dice.choice(self.team))

    def start(self) -> None:
        if len(self.events) < 3 or self.dice.random() < 0.02:
            self.events.append(open_event(self.staff["operations"]).id)
        task = assignment(
            key=self.dice.choice("abcdef"),
            role=self.dice.choice(ROLES),
            minutes=self.dice.randint(5, 300),
            covers=tuple(self.dice.sample("abcdef", 1)),
        )
        with transaction() as s:
            event = s.get_one(Event, self.events[-1])
            if event.state == EventState.OPEN:
                duty = duties.start(s, subject_of(event), self.dice.randint(0, 3), task)
                self.started |= {duty.id} if duty else set()

    def acknowledge(self) -> None:
        with transaction() as s:
            duties.acknowledge(s, self._person(s), self._duty())

    def finish(self) -> None:
        with transaction() as s:
            duties.finish(s, self._person(s), self._duty(), "完成")

    def hand_over(self) -> None:
        with transaction() as s:
            duties.hand_over(s, self._person(s), self._duty(), self._person(s), "换人")

    def absent(self) -> None:
        with transaction() as s:
            person, today = self._person(s), clock.today()
            deputy = self._person(s) if self.dice.random() < 0.7 else None
            roster.add_absence(s, person, person, today, today + timedelta(days=self.dice.randint(0, 2)), deputy)

    def back(self) -> None:
        with transaction() as s:
            absence = s.scalars(select(Absence).where(Absence.cancelled_at.is_(None)).limit(1)).first()
            if absence is not None:
                roster.cancel_absence(s, s.get_one(Staff, absence.staff_id), absence.id)

    def switch(self) -> None:
        with transaction() as s:
            person = self._person(s)
            members.set_active(s, person, not person.active, actor=self.staff["administrator"])

    def wait(self) -> None:
        self.now.shift(timedelta(minutes=self.dice.choice([1, 5, 20, 60, 300])))

    def restart(self) -> None:
        """A process that begins anew has nothing but the rows."""
        db.engine.cache_clear()

    def close(self) -> None:
        if self.dice.random() < 0.2:
            with transaction() as s:
                event = s.get_one(Event, self.events[-1])
                event.state = EventState.CLOSED
                duties.cancel_all(s, self.staff["crisis_lead"], SubjectKind.EVENT, event.id)
            self.events.append(open_event(self.staff["operations"]).id)

    def check(self) -> None:
        with transaction(read_only=True) as s:
            rows = list(s.scalars(select(Duty)))
            assert {duty.id for duty in rows} == self.started, "none is lost"
            assert len({(d.subject_id, d.tier, d.key) for d in rows}) == len(rows), "none is doubled"
            for duty in rows:
                self.check_one(duty, s)

    def check_one(self, duty: Duty, s: Session) -> None:
        assert (duty.end is None) == (duty.ended_at is None)
        assert (duty.end is DutyEnd.REPLACED) == (duty.replaced_by is not None)
        assert (duty.acknowledged_at is None) == (duty.acknowledged_by is None)
        if duty.end is not None:
            assert duty.next_chase_at is None and duty.next_escalation_at is None
            return
        moment = clock.now()
        assert duty.next_escalation_at is not None, "the way upwards goes on until it ends"
        assert duty.next_escalation_at > moment, "what was due was done"
        if duty.acknowledged_at is None:
            assert duty.next_chase_at is not None and duty.next_chase_at > moment, "it reminds until acknowledged"
        owner = s.get(Staff, duty.owner_id) if duty.owner_id else None
        if owner is not None:
            found = people.stand_in(s, owner, clock.today())
            assert found is not None and found.id == owner.id, "nobody who is gone owns a duty"


@pytest.mark.parametrize("seed", range(2))
def test_no_duty_is_lost_doubled_or_silent(staff: dict[str, Staff], now: time_machine.Traveller, seed: int) -> None:
    walk = Walk(staff, random.Random(seed), now)
    for step in range(STEPS // 2):
        walk.act()
        if step % 10 == 0:
            walk.check()
    walk.check()
    with transaction(read_only=True) as s:
        overdue = list(s.scalars(select(Duty).where(Duty.ended_at.is_(None), Duty.due_at < clock.now())))
        assert audit.verify(s).ok
    for duty in overdue:
        assert any(":overdue:" in notice.key for notice in notices_of(duty)), "none is silent"
