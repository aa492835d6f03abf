"""The outbox: a transaction that changes state also says which step must run; a dispatcher runs it afterwards.

At least once: a step whose lease runs out is handed out again, so every step is idempotent.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from yiyuan import clock
from yiyuan.codes import OutboxState
from yiyuan.errors import Missing
from yiyuan.i18n import _
from yiyuan.models import OutboxRow

#: Seconds before a step is tried again after its n-th failure; after the last one it is left to a person.
DELAYS = (2.0, 10.0, 60.0, 300.0, 900.0)


def enqueue(s: Session, step: str, key: str, args: dict[str, int | str], *, not_before: datetime | None = None) -> None:
    """Ask for a step. The same key twice is one step. `args` are ids, never texts."""
    if s.scalar(select(OutboxRow.id).where(OutboxRow.key == key)) is None:
        s.add(OutboxRow(step=step, key=key, args=dict(args), not_before=not_before, created_at=clock.now()))
        s.flush()


def claim(s: Session, limit: int, lease_seconds: float, steps: Sequence[str] | None = None) -> list[OutboxRow]:
    """Take up to `limit` rows that are due, oldest first; each gets a lease and its attempt counted."""
    moment = clock.now()
    due = (
        select(OutboxRow)
        .where(
            OutboxRow.state == OutboxState.READY, or_(OutboxRow.not_before.is_(None), OutboxRow.not_before <= moment)
        )
        .order_by(OutboxRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    if steps is not None:
        due = due.where(OutboxRow.step.in_(steps))
    rows = list(s.scalars(due))
    for row in rows:
        row.state, row.attempt, row.lease_until = (
            OutboxState.RUNNING,
            row.attempt + 1,
            moment + timedelta(seconds=lease_seconds),
        )
        row.run_id = ""  # the run of the attempt before must not be taken for this one's
    s.flush()
    return rows


def _row(s: Session, row_id: int) -> OutboxRow:
    row = s.get(OutboxRow, row_id)
    if row is None:
        raise Missing(_("找不到待办步骤 {number}").format(number=row_id))
    return row


def started(s: Session, row_id: int, run_id: str) -> None:
    """Note the Prefect run that carries the step."""
    _row(s, row_id).run_id = run_id


def renew(s: Session, row_id: int, lease_seconds: float) -> None:
    """Keep a long step from being handed out again. What has ended stays so: a renewal may come in the moment after."""
    row = _row(s, row_id)
    if row.state == OutboxState.RUNNING:
        row.lease_until = clock.now() + timedelta(seconds=lease_seconds)


def done(s: Session, row_id: int) -> None:
    """The step has reached its end; its key never runs again."""
    row = _row(s, row_id)
    row.state, row.done_at, row.lease_until, row.error = OutboxState.DONE, clock.now(), None, ""


def retry(s: Session, row_id: int, error: str, delay_seconds: float) -> None:
    """Hand the step out again after a delay."""
    row = _row(s, row_id)
    row.state, row.error, row.lease_until = OutboxState.READY, error, None
    row.not_before = clock.now() + timedelta(seconds=delay_seconds)


def give_up(s: Session, row_id: int, error: str) -> None:
    """Leave the step to a person."""
    row = _row(s, row_id)
    row.state, row.error, row.lease_until = OutboxState.FAILED, error, None


def fail(s: Session, row_id: int, attempt: int, error: str) -> tuple[OutboxRow, bool]:
    """After a failed attempt: ready again after its delay, or given up after the last; the row and whether it changed.

    False: the row has moved on since that attempt.
    """
    row = _row(s, row_id)
    if row.state != OutboxState.RUNNING or row.attempt != attempt:
        return row, False
    if row.attempt <= len(DELAYS):
        retry(s, row_id, error, DELAYS[row.attempt - 1])
    else:
        give_up(s, row_id, error)
    return row, True


def given_up(row: OutboxRow) -> bool:
    """Whether the step was left to a person."""
    return row.state == OutboxState.FAILED


def is_silent(row: OutboxRow, moment: datetime) -> bool:
    """Whether the lease of a running row has run out: its run crashed, vanished or hangs."""
    return row.lease_until is None or row.lease_until < moment


def stale(s: Session) -> list[OutboxRow]:
    """Running rows whose lease has run out: the run crashed, vanished or hangs."""
    return list(
        s.scalars(select(OutboxRow).where(OutboxRow.state == OutboxState.RUNNING, OutboxRow.lease_until < clock.now()))
    )


def forget(s: Session, step: str, before: datetime) -> int:
    """Delete the finished rows of a step whose keys never come again (they hold a moment); returns how many."""
    old = select(OutboxRow).where(
        OutboxRow.step == step, OutboxRow.state == OutboxState.DONE, OutboxRow.done_at < before
    )
    rows = list(s.scalars(old))
    for row in rows:
        s.delete(row)
    return len(rows)


def running(s: Session) -> list[OutboxRow]:
    """Rows that were handed out and have not ended."""
    return list(s.scalars(select(OutboxRow).where(OutboxRow.state == OutboxState.RUNNING).order_by(OutboxRow.id)))


def due_steps(s: Session) -> set[str]:
    """Names of the steps with a row that could be claimed now; a look that takes no write lock."""
    due = or_(OutboxRow.not_before.is_(None), OutboxRow.not_before <= clock.now())
    return set(s.scalars(select(OutboxRow.step).where(OutboxRow.state == OutboxState.READY, due).distinct()))
