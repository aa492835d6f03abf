"""The ledger of a post: who works on it, which call is about to be made, what came of it.

Every function takes a session and is one short transaction of its caller; none is open during a call.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from channels import registry
from channels.contract import Progress, Receipt, Step
from channels.delivery import holds, moves, transitions
from channels.delivery.retry_policy import FailureOutcome
from yiyuan import clock
from yiyuan.codes import AttemptOutcome, AttemptStep, PostState
from yiyuan.models import Account, Attempt, Post
from yiyuan.settings import settings

#: States in which the machine has something to do once `not_before` has passed.
ACTIVE = (PostState.PLANNED, PostState.UNSURE, PostState.ACCEPTED, PostState.LIVE)


class LeaseLost(Exception):
    """Somebody else took the post over; whatever we know is no longer ours to write."""


@dataclass(frozen=True)
class Claim:
    """The right to work on a post until the lease ends; `version` tells our turn from any other."""

    post_id: int
    version: int
    state: PostState
    account_id: int
    platform: str
    sandbox: bool


def _lease() -> datetime:
    return clock.now() + timedelta(seconds=settings().delivery_lease_seconds)


def grace(post: Post) -> float:
    """Seconds after which a lost submit has certainly landed, if it landed."""
    return settings().sandbox_grace_seconds if post.sandbox else registry.capabilities(post.platform).grace_seconds


def is_due(s: Session, post: Post, moment: datetime) -> bool:
    """Whether the machine should act on the post now."""
    free = post.lease_until is None or post.lease_until <= moment
    if post.state not in ACTIVE or not free or (post.not_before is not None and post.not_before > moment):
        return False
    if post.state == PostState.PLANNED:
        return post.due_at <= moment and (post.withdraw_reason is not None or holds.current(s) is None)
    return post.state != PostState.LIVE or post.not_before is not None


def claim(s: Session, post_id: int) -> Claim | None:
    """Take the post for one lease; None when there is nothing to do or somebody else is at it."""
    post = s.get(Post, post_id, with_for_update=True)
    if post is None or not is_due(s, post, clock.now()):
        return None
    post.version, post.lease_until = post.version + 1, _lease()
    return Claim(post.id, post.version, post.state, post.account_id, post.platform, post.sandbox)


def held(s: Session, claim: Claim) -> Post:
    """The post, while it is still ours; LeaseLost otherwise."""
    post = s.get_one(Post, claim.post_id, with_for_update=True)
    if post.version != claim.version:
        raise LeaseLost(f"post {claim.post_id}")
    return post


def renew(s: Session, claim: Claim) -> None:
    """Push the end of the lease out. One that was given back stays so: a renewal may come in the moment after."""
    post = held(s, claim)
    if post.lease_until is not None:
        post.lease_until = _lease()


def release(s: Session, claim: Claim) -> None:
    """Give the post back as it is."""
    held(s, claim).lease_until = None


def attempts(s: Session, post_id: int, step: str = "") -> list[Attempt]:
    """The attempts of a post, oldest first; of one step when it is named."""
    query = select(Attempt).where(Attempt.post_id == post_id).order_by(Attempt.number)
    return list(s.scalars(query.where(Attempt.step == step) if step else query))


def failures(s: Session, post_id: int, step: str) -> int:
    """How often this step failed in a row at the end of the ledger."""
    count = 0
    for attempt in reversed(attempts(s, post_id, step)):
        if attempt.outcome not in (AttemptOutcome.RETRY, AttemptOutcome.UNSURE):
            break
        count += 1
    return count


def submits(s: Session, post_id: int) -> int:
    """How often a submit was made since a person last cleared the post."""
    return sum(attempt.outcome != AttemptOutcome.CLEARED for attempt in attempts(s, post_id, AttemptStep.SUBMIT))


def clear(s: Session, post_id: int) -> None:
    """A person looked at the platform: earlier failures no longer count."""
    for attempt in attempts(s, post_id):
        if attempt.outcome in (AttemptOutcome.OPEN, AttemptOutcome.RETRY, AttemptOutcome.UNSURE):
            attempt.outcome = AttemptOutcome.CLEARED


def maybe_sent(s: Session, post_id: int) -> bool:
    """Whether some submit ended without an answer, however it was looked up since."""
    return any(attempt.outcome == AttemptOutcome.UNSURE for attempt in attempts(s, post_id, AttemptStep.SUBMIT))


def open_attempt(s: Session, claim: Claim, step: Step) -> int | None:
    """Write down the call that is about to be made; None: not now (held, withdrawn, or the account's pace)."""
    post = held(s, claim)
    if claim.state == PostState.PLANNED and not _may_send(s, post, step):
        moves.enter(post, PostState.PLANNED)
        post.lease_until = None
        return None
    number = s.scalar(select(func.max(Attempt.number)).where(Attempt.post_id == post.id)) or 0
    attempt = Attempt(post_id=post.id, number=number + 1, step=step.name, started_at=clock.now())
    s.add(attempt)
    if claim.state == PostState.PLANNED:
        moves.enter(post, PostState.SENDING)
    post.lease_until = _lease()
    s.flush()
    return attempt.id


def _may_send(s: Session, post: Post, step: Step) -> bool:
    if post.withdraw_reason is not None or holds.current(s) is not None:
        return False
    if step.submits:
        # When the account may submit again, if not now. The sandbox has no pace.
        gap = 0.0 if post.sandbox else registry.capabilities(post.platform).min_gap_seconds
        others = select(func.max(Attempt.started_at)).join(Post, Attempt.post_id == Post.id)
        last = s.scalar(
            others.where(Post.account_id == post.account_id, Post.id != post.id, Attempt.step == AttemptStep.SUBMIT)
        )
        earliest = last + timedelta(seconds=gap) if last is not None else None
        if earliest is not None and earliest > clock.now():
            post.not_before = earliest
            return False
    return True


def close(s: Session, attempt_id: int, outcome: AttemptOutcome, detail: str = "") -> None:
    """Write what came of a call."""
    attempt = s.get_one(Attempt, attempt_id)
    attempt.ended_at, attempt.outcome, attempt.detail = clock.now(), outcome, detail


def save(s: Session, claim: Claim, attempt_id: int, result: Progress | Receipt) -> PostState:
    """Keep what a call gave: more progress, or where the post stands now. Returns the post's state."""
    post = held(s, claim)
    close(s, attempt_id, AttemptOutcome.OK)
    if isinstance(result, Receipt):
        transitions.enter(s, post, result)
    else:
        post.progress = {**post.progress, **result}
    return post.state


def fail(s: Session, claim: Claim, attempt_id: int, what: FailureOutcome, spendable: tuple[str, ...]) -> PostState:
    """Keep what went wrong and what follows from it. Returns the post's state."""
    post = held(s, claim)
    close(s, attempt_id, what.outcome, what.message)
    until = clock.now() + timedelta(seconds=what.delay)
    post.not_before, post.lease_until = until, None
    if what.forget:
        post.progress = {name: value for name, value in post.progress.items() if name not in spendable}
    if what.whole_account:
        s.get_one(Account, post.account_id, with_for_update=True)
        for other in s.scalars(select(Post).where(Post.account_id == post.account_id, Post.state == PostState.PLANNED)):
            if other.not_before is None or other.not_before < until:
                other.not_before = until
    transitions.move(s, post, what.state, what.message)
    return post.state
