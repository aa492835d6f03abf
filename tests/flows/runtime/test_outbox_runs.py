"""Outbox rows: handed out again with a delay, given up with a notice, never twice for one failure."""

from datetime import timedelta
from pathlib import Path

import time_machine
from sqlalchemy import select

from flows.runtime import outbox_runs
from notifications import step_failures
from yiyuan import clock, outbox
from yiyuan.db.session import transaction
from yiyuan.errors import Failed
from yiyuan.models import Notice, OutboxRow


def taken(step: str = "advance") -> OutboxRow:
    with transaction() as s:
        outbox.enqueue(s, step, "item:1:x:v1", {"revision_id": 1})
        return outbox.claim(s, 1, 30.0)[0]


def row() -> OutboxRow:
    with transaction(read_only=True) as s:
        return s.scalars(select(OutboxRow)).one()


def test_a_failure_is_tried_again_after_a_delay(home: Path) -> None:
    first = taken()
    assert step_failures.again(first.id, first.attempt, "run failed") == "ready"
    with transaction() as s:
        assert outbox.claim(s, 1, 30.0) == []
    with time_machine.travel(clock.now() + timedelta(seconds=outbox.DELAYS[0] + 1)), transaction() as s:
        assert outbox.claim(s, 1, 30.0)[0].attempt == 2


def test_two_who_saw_the_same_failure_hand_it_out_once(home: Path) -> None:
    first = taken()
    assert step_failures.again(first.id, first.attempt, "seen by the awaiter") == "ready"
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        with transaction() as s:
            assert outbox.claim(s, 1, 30.0)[0].attempt == 2
        assert step_failures.again(first.id, first.attempt, "seen late by the reconciler") == "running"
        assert row().attempt == 2


def test_after_the_last_delay_an_administrator_is_told(home: Path) -> None:
    moment = clock.now()
    with transaction() as s:
        outbox.enqueue(s, "advance", "item:1:x:v1", {"revision_id": 1})
    for number in range(1, len(outbox.DELAYS) + 2):
        moment += timedelta(hours=1)
        with time_machine.travel(moment, tick=False):
            with transaction() as s:
                claimed = outbox.claim(s, 1, 30.0)[0]
            assert claimed.attempt == number
            state = step_failures.again(claimed.id, claimed.attempt, "RuntimeError")
    assert state == "failed"
    with transaction(read_only=True) as s:
        notice = s.scalars(select(Notice)).one()
    assert (notice.role, notice.urgent) == ("administrator", True)
    assert "advance" in notice.title


def test_what_is_kept_of_an_error() -> None:
    assert outbox_runs.reason(Failed("磁盘已满")) == "磁盘已满"
    assert outbox_runs.reason(ValueError("患者张三")) == "ValueError"


def test_a_row_that_is_claimed_again_forgets_the_run_of_the_attempt_before(home: Path) -> None:
    first = taken()
    with transaction() as s:
        outbox.started(s, first.id, "5f0c7a52-0000-4000-8000-000000000000")
    step_failures.again(first.id, first.attempt, "run crashed")
    with time_machine.travel(clock.now() + timedelta(hours=1)), transaction() as s:
        assert outbox.claim(s, 1, 30.0)[0].run_id == ""
