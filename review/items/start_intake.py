"""Handing a revision to the intake."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from review.items import lookup
from yiyuan import outbox
from yiyuan.codes import IntakeStage, ItemState, OutboxState
from yiyuan.db.session import transaction
from yiyuan.models import Item, OutboxRow, Revision


def start_intake(s: Session, item: Item, revision: Revision) -> None:
    """Put an item into the intake, with a fresh count of attempts, and ask for the step."""
    lookup.moved(item, ItemState.INTAKE)
    revision.attempt, revision.progress, revision.eta_seconds = 0, 0.0, None
    revision.stage, revision.failure = IntakeStage.QUEUED, ""
    revision.lease_until = None
    _ask(s, item, revision)


def _ask(s: Session, item: Item, revision: Revision) -> None:
    prefix = f"item:{item.id}:intake:{item.version}:"
    asked = s.scalar(select(func.count()).where(OutboxRow.key.startswith(prefix))) or 0
    outbox.enqueue(s, "intake", f"{prefix}{asked + 1}", {"revision_id": revision.id})


def revive() -> int:
    """Ask again for intakes that no step is running or waiting for (the dispatcher gave up); returns how many."""
    with transaction() as s:
        current = Item.revision_number == Revision.number
        query = select(Item, Revision).join(Revision, Revision.item_id == Item.id)
        stuck = [
            (item, revision)
            for item, revision in s.execute(query.where(Item.state == ItemState.INTAKE, current)).tuples()
            if not _asked_for(s, item)
        ]
        for item, revision in stuck:
            _ask(s, item, revision)
        return len(stuck)


def _asked_for(s: Session, item: Item) -> bool:
    mine = select(OutboxRow.id).where(OutboxRow.key.startswith(f"item:{item.id}:intake:"))
    return s.scalar(mine.where(OutboxRow.state.in_((OutboxState.READY, OutboxState.RUNNING))).limit(1)) is not None
