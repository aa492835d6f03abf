"""Sending: step after step, each with its row in the ledger before it and its result saved after it."""

import asyncio

from sqlalchemy.orm import Session

from channels.accounts import credentials
from channels.contract import Channel, Payload, Progress, Receipt, Step
from channels.delivery import ledger, payload, retry_policy, transitions
from channels.delivery.calls import called
from channels.delivery.failpoints import reached
from channels.delivery.ledger import Claim
from channels.errors import AuthExpired, ChannelError
from yiyuan.codes import AttemptStep, PostState
from yiyuan.db.async_session import read, written
from yiyuan.errors import Conflict, Missing, Refused
from yiyuan.models import Asset, Post
from yiyuan.storage.file_digest import FileDigests

#: Sign-in is no step of the adapter, but its failures count like one's.
SIGN_IN = Step(AttemptStep.SIGN_IN)


async def send(claim: Claim) -> None:
    """Carry a planned post as far as it goes now."""
    if await written(_called_off, claim):
        return
    digests = FileDigests()
    try:
        parcel = await read(payload.build, claim.post_id, digests)
    except Refused as error:
        await written(_stop, claim, PostState.REFUSED, error.message)
        return
    except (Missing, Conflict) as error:
        await written(_stop, claim, PostState.PARKED, error.message)
        return
    try:
        async with credentials.opened(claim.account_id) as channel:
            while await _one_step(claim, channel, parcel, digests):
                pass
    except ChannelError as error:
        # No way to a usable account: that is an attempt too, so that it does not go on for ever unseen.
        attempt = await written(ledger.open_attempt, claim, SIGN_IN)
        if attempt is not None:
            await written(_sign_in_failed, claim, attempt, error)


def _called_off(s: Session, claim: Claim) -> bool:
    post = ledger.held(s, claim)
    if post.withdraw_reason is None:
        return False
    post.lease_until = None
    transitions.move(s, post, PostState.WITHDRAWN, post.withdraw_reason)
    return True


def _stop(s: Session, claim: Claim, state: PostState, message: str) -> None:
    post = ledger.held(s, claim)
    post.lease_until = None
    transitions.move(s, post, state, message)


def _progress(s: Session, post_id: int) -> Progress:
    return dict(s.get_one(Post, post_id).progress)


async def _one_step(claim: Claim, channel: Channel, parcel: Payload, digests: FileDigests) -> bool:
    """Make the next call; whether there is another one to make now."""
    progress = await read(_progress, claim.post_id)
    step = channel.next_step(parcel, progress)
    if not await _still_allowed(claim, step, parcel, digests):
        return False
    reached(step.name, "before_row")
    attempt = await written(ledger.open_attempt, claim, step)
    if attempt is None:
        return False
    reached(step.name, "after_row")
    try:
        result, pack = await called(channel, step, parcel, progress)
    except ChannelError as error:
        await written(after_error, claim, attempt, step, error, channel)
        return False
    reached(step.name, "after_call")
    state = await written(_save, claim, attempt, result, pack)
    reached(step.name, "after_save")
    return state == PostState.SENDING


async def _still_allowed(claim: Claim, step: Step, parcel: Payload, digests: FileDigests) -> bool:
    """Whether the files are still those that were signed, and before it becomes public all that was asked at first:
    an upload may have taken long enough for a consent to be withdrawn.
    """
    try:
        if step.submits:
            await read(lambda s: payload.check(s, s.get_one(Post, claim.post_id), digests))
        else:
            await asyncio.to_thread(payload.check_files, parcel)
    except Refused as error:
        await written(_stop, claim, PostState.REFUSED, error.message)
        return False
    except (Missing, Conflict) as error:
        await written(_stop, claim, PostState.PARKED, error.message)
        return False
    return True


def after_error(s: Session, claim: Claim, attempt: int, step: Step, error: ChannelError, channel: Channel) -> None:
    """Write down a failed call and what follows from it."""
    if isinstance(error, AuthExpired) and channel.token is not None:
        credentials.spoil(s, claim.account_id, channel.token.access)
    post = ledger.held(s, claim)
    what = retry_policy.after(
        error,
        submits=step.submits,
        failures=ledger.failures(s, claim.post_id, step.name),
        maybe_sent=ledger.maybe_sent(s, claim.post_id),
        grace=ledger.grace(post),
    )
    ledger.fail(s, claim, attempt, what, channel.spendable)


def _save(s: Session, claim: Claim, attempt: int, result: Progress | Receipt, pack: Asset | None) -> PostState:
    if pack is not None:
        post = ledger.held(s, claim)
        # Of the item, not of the revision: the signed digest covers the revision's assets.
        pack.item_id = post.item_id
        transitions.keep_pack(s, post, pack)
    return ledger.save(s, claim, attempt, result)


def _sign_in_failed(s: Session, claim: Claim, attempt: int, error: ChannelError) -> None:
    failed = ledger.failures(s, claim.post_id, SIGN_IN.name)
    what = retry_policy.after(error, submits=False, failures=failed, maybe_sent=False, grace=0)
    ledger.fail(s, claim, attempt, what, ())
