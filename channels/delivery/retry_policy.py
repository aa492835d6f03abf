"""What the ledger does after a call went wrong: pure rules, no table and no clock."""

from dataclasses import dataclass

from channels.errors import (
    AccountBroken,
    AuthExpired,
    ChannelError,
    ContentChanged,
    HandleExpired,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    RefusedByPlatform,
)
from yiyuan.codes import AttemptOutcome, PostState
from yiyuan.i18n import _

#: So many failures of one step in a row, and a person has to look.
PATIENCE = 12
LONGEST = 600.0
BROKEN_ACCOUNT = 600.0


@dataclass(frozen=True)
class FailureOutcome:
    """state: the post's next one. outcome: of the attempt. delay: seconds of quiet. message: Chinese.

    forget: what the platform gave is worthless, start over with it. whole_account: other posts wait as well.
    """

    state: PostState
    outcome: AttemptOutcome
    delay: float
    message: str
    forget: bool = False
    whole_account: bool = False


def backoff(failures: int) -> float:
    """Seconds to wait after so many failures in a row, doubling from 2 up to ten minutes."""
    return min(LONGEST, 2.0 * float(2**failures))


def after(error: ChannelError, *, submits: bool, failures: int, maybe_sent: bool, grace: float) -> FailureOutcome:
    """The rule of design section 4.2.

    submits: whether the failed call was the one that publishes. failures: of this step in a row before this one.
    maybe_sent: whether an earlier submit of this post is unresolved. grace: seconds a platform may take to commit.
    """
    message = error.message
    if submits and isinstance(error, OutcomeUnknown):
        return FailureOutcome(PostState.UNSURE, AttemptOutcome.UNSURE, grace, message)
    if isinstance(error, RefusedByPlatform | ContentChanged):
        return FailureOutcome(PostState.REFUSED, AttemptOutcome.REFUSED, 0, message)
    if isinstance(error, HandleExpired) and submits and maybe_sent:
        return FailureOutcome(PostState.UNSURE, AttemptOutcome.UNSURE, grace, message)
    if failures + 1 >= PATIENCE:
        return FailureOutcome(
            PostState.PARKED, AttemptOutcome.RETRY, 0, _("多次未成功，需要人工处理：{reason}").format(reason=message)
        )
    return _again(error, failures, message)


def _again(error: ChannelError, failures: int, message: str) -> FailureOutcome:
    if isinstance(error, HandleExpired):
        return FailureOutcome(
            PostState.PLANNED, AttemptOutcome.RETRY, 0 if not failures else backoff(failures), message, forget=True
        )
    if isinstance(error, AuthExpired):
        return FailureOutcome(
            PostState.PLANNED, AttemptOutcome.RETRY, 0 if not failures else backoff(failures), message
        )
    if isinstance(error, RateLimited):
        delay = error.retry_after if error.retry_after is not None else max(60.0, backoff(failures))
        return FailureOutcome(PostState.PLANNED, AttemptOutcome.RETRY, delay, message, whole_account=True)
    if isinstance(error, AccountBroken):
        return FailureOutcome(PostState.PLANNED, AttemptOutcome.RETRY, BROKEN_ACCOUNT, message, whole_account=True)
    assert isinstance(error, NotSent | OutcomeUnknown)
    return FailureOutcome(PostState.PLANNED, AttemptOutcome.RETRY, backoff(failures), message)
