"""The states an item may go to from each state, the only writer of `Item.state`, and the way into the intake."""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from yiyuan import clock, outbox
from yiyuan.codes import IntakeStage, ItemState, OutboxState
from yiyuan.codes.moves import require
from yiyuan.db.session import transaction
from yiyuan.models import Item, OutboxRow, Revision

MOVES: Mapping[ItemState, frozenset[ItemState]] = {
    # The author edits on, submits, or takes it back.
    ItemState.DRAFT: frozenset({ItemState.DRAFT, ItemState.INTAKE, ItemState.WITHDRAWN}),
    # Done: the author looks at it, or, when everything was accepted before, the review opens. It may fail.
    ItemState.INTAKE: frozenset({ItemState.NAMING, ItemState.REVIEW, ItemState.INTAKE_FAILED, ItemState.WITHDRAWN}),
    # The author mends the draft, or submits it again as it is.
    ItemState.INTAKE_FAILED: frozenset({ItemState.DRAFT, ItemState.INTAKE, ItemState.WITHDRAWN}),
    # Accepted: the review opens, at once or after covering anew what was decided otherwise; or a new revision.
    ItemState.NAMING: frozenset({ItemState.DRAFT, ItemState.INTAKE, ItemState.REVIEW, ItemState.WITHDRAWN}),
    # What a level decides; between two levels the state stays (`moved` without a state).
    ItemState.REVIEW: frozenset({ItemState.RETURNED, ItemState.REJECTED, ItemState.APPROVED, ItemState.WITHDRAWN}),
    # A new revision is a draft again.
    ItemState.RETURNED: frozenset({ItemState.DRAFT, ItemState.WITHDRAWN}),
    # Final: what was rejected is written anew as another item.
    ItemState.REJECTED: frozenset(),
    # Only a deletion ends it; its posts are taken down one by one before.
    ItemState.APPROVED: frozenset({ItemState.WITHDRAWN}),
    # Final.
    ItemState.WITHDRAWN: frozenset(),
}
#: States without a way out.
FINAL = frozenset(state for state, ways in MOVES.items() if not ways)


def enter(item: Item, state: ItemState) -> None:
    """Set the state; ForbiddenMove when there is no such way."""
    require(MOVES, item.state, state)
    item.state = state


def moved(found: Item, state: ItemState | None = None) -> None:
    """Count a change of the item, and set its new state; ForbiddenMove when it may not go there."""
    found.version, found.updated_at = found.version + 1, clock.now()
    if state is not None:
        enter(found, state)


def start_intake(s: Session, item: Item, revision: Revision) -> None:
    """Put an item into the intake, with a fresh count of attempts, and ask for the step."""
    moved(item, ItemState.INTAKE)
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
    query = select(OutboxRow.id).where(OutboxRow.key.startswith(f"item:{item.id}:intake:"))
    return s.scalar(query.where(OutboxRow.state.in_((OutboxState.READY, OutboxState.RUNNING))).limit(1)) is not None
