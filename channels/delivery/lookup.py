"""Looking: for a submit whose answer was lost, at a post the platform still checks, at a live one; and taking down."""

from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy.orm import Session

from channels import registry
from channels.accounts import credentials
from channels.capabilities import Can
from channels.contract import Absent, Channel, Payload, Progress, Receipt, Step
from channels.delivery import ledger, payload, retry_policy, transitions
from channels.delivery.calls import understood
from channels.delivery.failpoints import reached
from channels.delivery.ledger import Claim
from channels.errors import AccountBroken, AuthExpired, ChannelError, NotFoundOnPlatform
from yiyuan import clock
from yiyuan.codes import AttemptOutcome, AttemptStep, PostState, ReceiptState
from yiyuan.db.async_session import read, written
from yiyuan.errors import Refused
from yiyuan.i18n import _
from yiyuan.models import Post

T = TypeVar("T")
FIND, WITHDRAW = Step(AttemptStep.FIND), Step(AttemptStep.WITHDRAW)
#: Not listed yet: look again so much later.
AGAIN = timedelta(seconds=15)
#: So many lost answers for one post, and a person has to look.
SUBMITS = 6


async def search(claim: Claim) -> None:
    """Resolve an unsure post: found, certainly absent (send again), or neither yet."""
    if registry.capabilities(claim.platform).lookup is not Can.YES:
        await written(_park, claim, _("平台不提供查询，请打开账号的作品列表核对是否已发布"))
        return
    parcel, progress, since = await read(_lost, claim.post_id)
    attempt = await written(ledger.open_attempt, claim, FIND)
    if attempt is None:
        return
    try:
        found = await _found(claim, parcel, progress, since)
    except ChannelError as error:
        await written(_looked_in_vain, claim, attempt, FIND, error)
        return
    reached(FIND.name, "after_call")
    await written(_resolved, claim, attempt, found, since)


def _lost(s: Session, post_id: int) -> tuple[Payload, Progress, datetime]:
    """What was sent, and since when it may be there."""
    post = s.get_one(Post, post_id)
    return payload.outline(s, post), dict(post.progress), ledger.attempts(s, post_id, AttemptStep.SUBMIT)[0].started_at


async def _found(claim: Claim, parcel: Payload, progress: Progress, since: datetime) -> Receipt | Absent:
    async with credentials.opened(claim.account_id) as channel:
        return await _guarded(claim, channel, channel.find(parcel, progress, since))


def _seen(found: Receipt | Absent) -> str:
    """What the look-up says, for the people who read the ledger."""
    if isinstance(found, Receipt):
        return _("已在平台找到")
    return _("平台没有收到，可以重新提交") if found.resend else _("平台已收下，作品列表里还没有")


def _resolved(s: Session, claim: Claim, attempt: int, found: Receipt | Absent, since: datetime) -> None:
    post = ledger.held(s, claim)
    ledger.close(s, attempt, AttemptOutcome.OK, _seen(found))
    if isinstance(found, Receipt):
        transitions.enter(s, post, found)
    elif not found.resend:
        now = clock.now()
        post.lease_until, post.not_before = None, now + AGAIN if not post.sandbox else now + AGAIN / 10
        if now - since > timedelta(seconds=registry.capabilities(post.platform).search_seconds):
            transitions.move(s, post, PostState.PARKED, _("平台已收下但作品列表里一直没有，请到平台后台核对"))
    elif post.withdraw_reason is not None:
        post.lease_until = None
        transitions.move(s, post, PostState.WITHDRAWN, post.withdraw_reason)
    elif ledger.submits(s, post.id) >= SUBMITS:
        _park(s, claim, _("多次提交都没有收到答复，请人工核对"))
    else:
        post.lease_until, post.not_before = None, None
        transitions.move(s, post, PostState.PLANNED, _("平台没有收到，准备重新提交"))


def _park(s: Session, claim: Claim, message: str) -> None:
    post = ledger.held(s, claim)
    post.lease_until = None
    transitions.move(s, post, PostState.PARKED, message)


async def poll(claim: Claim) -> None:
    """Look at an accepted or live post; take it down when that is wanted, its time is over or a consent ended."""
    reason = await written(_should_go, claim)
    try:
        if reason:
            await _take_down(claim)
        else:
            await written(_enter, claim, await _asked(claim))
    except ChannelError as error:
        await written(_not_seen, claim, error)


def _should_go(s: Session, claim: Claim) -> str:
    """Why a live post has to go, "" when it may stay; kept, so that it is not forgotten."""
    post = ledger.held(s, claim)
    if post.state != PostState.LIVE:
        return ""
    reason = post.withdraw_reason or ""
    if not reason and post.expires_at is not None and post.expires_at <= clock.now():
        reason = _("已到保存期限，自动下架")
    if not reason:
        try:
            payload.check_consent(s, post)
        except Refused as error:
            reason = error.message
    if reason:
        post.withdraw_reason = reason
        post.recalled_at = post.recalled_at or clock.now()
    return reason


async def _asked(claim: Claim) -> Receipt:
    external_id, progress = await read(_known, claim.post_id)
    async with credentials.opened(claim.account_id) as channel:
        try:
            return await _guarded(claim, channel, channel.status(external_id, progress))
        except NotFoundOnPlatform as error:
            return Receipt(state=ReceiptState.GONE, message=error.message)


def _known(s: Session, post_id: int) -> tuple[str | None, Progress]:
    post = s.get_one(Post, post_id)
    return post.external_id, dict(post.progress)


def _enter(s: Session, claim: Claim, receipt: Receipt) -> None:
    transitions.enter(s, ledger.held(s, claim), receipt)


def _not_seen(s: Session, claim: Claim, error: ChannelError) -> None:
    post = ledger.held(s, claim)
    delay = retry_policy.BROKEN_ACCOUNT if isinstance(error, AccountBroken) else retry_policy.backoff(4)
    post.lease_until, post.not_before = None, clock.now() + timedelta(seconds=delay)
    post.message = error.message


async def _take_down(claim: Claim) -> None:
    attempt = await written(ledger.open_attempt, claim, WITHDRAW)
    assert attempt is not None, "only sending can be put off"
    external_id, progress = await read(_known, claim.post_id)
    try:
        async with credentials.opened(claim.account_id) as channel:
            receipt = await _guarded(claim, channel, channel.withdraw(external_id, progress))
    except NotFoundOnPlatform as error:
        receipt = Receipt(state=ReceiptState.GONE, message=error.message)
    except ChannelError as error:
        await written(_looked_in_vain, claim, attempt, WITHDRAW, error)
        return
    await written(ledger.save, claim, attempt, receipt)


def _looked_in_vain(s: Session, claim: Claim, attempt: int, step: Step, error: ChannelError) -> None:
    """Neither looking nor deleting does harm when repeated: the state stays, the next try comes later."""
    post, failed = ledger.held(s, claim), ledger.failures(s, claim.post_id, step.name)
    ledger.close(s, attempt, AttemptOutcome.RETRY, error.message)
    post.lease_until, post.message = None, error.message
    post.not_before = clock.now() + timedelta(seconds=retry_policy.backoff(failed))
    if failed + 1 >= retry_policy.PATIENCE:
        transitions.move(
            s, post, PostState.PARKED, _("多次未成功，需要人工处理：{reason}").format(reason=error.message)
        )


async def _guarded(claim: Claim, channel: Channel, call: Awaitable[T]) -> T:
    """Await a call that only looks or deletes; an access token that ran out is replaced at the next try."""
    try:
        return await understood(call)
    except AuthExpired:
        if channel.token is not None:
            await written(credentials.spoil, claim.account_id, channel.token.access)
        raise
