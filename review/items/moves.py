"""The states an item may go to from each state, and the only place that writes `Item.state`."""

from collections.abc import Mapping

from yiyuan.codes import ItemState
from yiyuan.codes.moves import require
from yiyuan.models import Item

MOVES: Mapping[ItemState, frozenset[ItemState]] = {
    # The author edits on, submits, or takes it back.
    ItemState.DRAFT: frozenset({ItemState.DRAFT, ItemState.INTAKE, ItemState.WITHDRAWN}),
    # Done: the author looks at it, or, when everything was accepted before, the review opens. It may fail.
    ItemState.INTAKE: frozenset({ItemState.NAMING, ItemState.REVIEW, ItemState.INTAKE_FAILED, ItemState.WITHDRAWN}),
    # The author mends the draft, or submits it again as it is.
    ItemState.INTAKE_FAILED: frozenset({ItemState.DRAFT, ItemState.INTAKE, ItemState.WITHDRAWN}),
    # Accepted: the review opens, at once or after covering anew what was decided otherwise; or a new revision.
    ItemState.NAMING: frozenset({ItemState.DRAFT, ItemState.INTAKE, ItemState.REVIEW, ItemState.WITHDRAWN}),
    # What a level decides; between two levels the state stays (`rows.moved` without a state).
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
