"""The rules after a failed call, without a table or a platform."""

import pytest

from channels.delivery.retry_policy import PATIENCE, FailureOutcome, after, backoff
from channels.errors import (
    AccountBroken,
    AuthExpired,
    ChannelError,
    HandleExpired,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    RefusedByPlatform,
)


def rule(error: ChannelError, *, submits: bool = True, failures: int = 0, maybe_sent: bool = False) -> FailureOutcome:
    return after(error, submits=submits, failures=failures, maybe_sent=maybe_sent, grace=60)


@pytest.mark.parametrize("failures", [0, 5, PATIENCE, 100])
def test_an_unsure_submit_is_never_simply_repeated(failures: int) -> None:
    what = rule(OutcomeUnknown("x"), failures=failures)
    assert (what.state, what.outcome, what.delay) == ("unsure", "unsure", 60)


def test_an_unsure_upload_is_repeated() -> None:
    assert rule(OutcomeUnknown("x"), submits=False).state == "planned"


@pytest.mark.parametrize(
    ("error", "submits", "maybe_sent", "state"),
    [
        (NotSent("x"), True, False, "planned"),
        (NotSent("x"), True, True, "planned"),
        (RefusedByPlatform("x"), True, False, "refused"),
        (RefusedByPlatform("x"), False, False, "refused"),
        (AuthExpired("x"), True, False, "planned"),
        (AccountBroken("x"), False, False, "planned"),
        (RateLimited("x"), True, True, "planned"),
        (HandleExpired("x"), True, True, "unsure"),
        (HandleExpired("x"), True, False, "planned"),
        (HandleExpired("x"), False, False, "planned"),
    ],
)
def test_states(error: ChannelError, submits: bool, maybe_sent: bool, state: str) -> None:
    assert rule(error, submits=submits, maybe_sent=maybe_sent).state == state


def test_an_upload_is_only_forgotten_when_nothing_can_have_come_of_it() -> None:
    assert rule(HandleExpired("x"), maybe_sent=False).forget
    assert not rule(HandleExpired("x"), maybe_sent=True).forget
    assert not rule(NotSent("x")).forget


def test_patience_ends_with_a_person() -> None:
    assert rule(NotSent("x"), failures=PATIENCE - 2).state == "planned"
    assert rule(NotSent("x"), failures=PATIENCE - 1).state == "parked"


def test_waits_grow_and_are_bounded() -> None:
    waits = [backoff(failures) for failures in range(20)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (2, 600)
    assert rule(RateLimited("x", retry_after=5)).delay == 5
    assert rule(RateLimited("x")).delay == 60
    assert rule(RateLimited("x")).whole_account
    assert rule(AuthExpired("x")).delay == 0
    assert rule(AuthExpired("x"), failures=1).delay > 0, "a token that is refused again is no reason to hurry"
