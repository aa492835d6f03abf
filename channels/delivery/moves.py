"""The states a post may go to from each state, and the only place that writes `Post.state`."""

from collections.abc import Mapping

from yiyuan.codes import PostState
from yiyuan.codes.moves import require
from yiyuan.models import Post

MOVES: Mapping[PostState, frozenset[PostState]] = {
    # Put off (a hold, the account's pace), begun, called off, or stopped before the first call: the approval or a
    # consent does not hold (refused), a file or an account is missing (parked).
    PostState.PLANNED: frozenset(
        {PostState.PLANNED, PostState.SENDING, PostState.WITHDRAWN, PostState.REFUSED, PostState.PARKED}
    ),
    # The next call (sending), put off or to be tried again (planned), no answer (unsure), or whatever the platform
    # says. An assisted channel hands its pack to a person.
    PostState.SENDING: frozenset(PostState),
    # Looked up: found in whatever state, certainly not there (planned), or a person must look (parked).
    PostState.UNSURE: frozenset(
        {
            PostState.ACCEPTED,
            PostState.LIVE,
            PostState.REFUSED,
            PostState.WITHDRAWN,
            PostState.PLANNED,
            PostState.PARKED,
        }
    ),
    # The platform's check goes on, or is over.
    PostState.ACCEPTED: frozenset({PostState.ACCEPTED, PostState.LIVE, PostState.REFUSED, PostState.WITHDRAWN}),
    # The person proved that it is out, or that it is gone again; or it is called off.
    PostState.AWAITING_PERSON: frozenset({PostState.LIVE, PostState.WITHDRAWN}),
    # Looked at again and again; the platform checks it anew, refuses it or takes it down; ours is deleted by us, by a
    # person on an assisted channel, or a person has to see why it cannot be.
    PostState.LIVE: frozenset(
        {
            PostState.LIVE,
            PostState.ACCEPTED,
            PostState.REFUSED,
            PostState.WITHDRAWN,
            PostState.AWAITING_PERSON,
            PostState.PARKED,
        }
    ),
    # Final: a mended text is another revision with another post.
    PostState.REFUSED: frozenset(),
    # What the person found: it is out, it has to be sent again, or it is given up or gone.
    PostState.PARKED: frozenset({PostState.LIVE, PostState.PLANNED, PostState.WITHDRAWN}),
    # Final.
    PostState.WITHDRAWN: frozenset(),
}
#: States without a way out.
FINAL = frozenset(state for state, ways in MOVES.items() if not ways)


def enter(post: Post, state: PostState) -> None:
    """Set the state; ForbiddenMove when there is no such way."""
    require(MOVES, post.state, state)
    post.state = state
