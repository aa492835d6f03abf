"""Posts with their account and item, for the list, their page and the hold."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from channels.delivery import holds
from review.items.visibility import item_filter
from yiyuan.codes import AssetKind, PostState
from yiyuan.errors import Missing
from yiyuan.i18n import _
from yiyuan.models import (
    Account,
    Asset,
    Attempt,
    Event,
    EventThread,
    Item,
    ManualPosting,
    Post,
    ReleaseHold,
    Staff,
    Thread,
    Variant,
)

PER_PAGE = 40
#: States in which a person has to do something.
NEEDS_PERSON = (PostState.AWAITING_PERSON, PostState.PARKED, PostState.REFUSED)
#: The files of a hand-off, by their column.
HandoffFile = Literal["pack_id", "proof_id", "removal_proof_id"]


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    post: Post
    account: Account
    item: Item


def _conditions(staff: Staff, state: PostState | None) -> list[ColumnElement[bool]]:
    return [item_filter(staff), *([Post.state == state] if state is not None else [])]


def listing(s: Session, staff: Staff, state: PostState | None = None, page: int = 1) -> list[Row]:
    """One page, what needs a person first, then by time, the latest first."""
    query = select(Post, Account, Item).join(Account, Account.id == Post.account_id).join(Item, Item.id == Post.item_id)
    ordered = query.where(*_conditions(staff, state)).order_by(
        Post.state.in_(NEEDS_PERSON).desc(), Post.due_at.desc(), Post.id.desc()
    )
    rows = s.execute(ordered.limit(PER_PAGE).offset((page - 1) * PER_PAGE))
    return [Row(post, account, item) for post, account, item in rows]


def counts(s: Session, staff: Staff) -> Counter[PostState]:
    """How many per state."""
    query = select(Post.state, func.count()).join(Item, Item.id == Post.item_id).where(*_conditions(staff, None))
    return Counter(dict(s.execute(query.group_by(Post.state)).tuples().all()))


def with_accounts(s: Session, posts: Sequence[Post]) -> list[Row]:
    """The posts with what a list shows of them, in the same order."""
    ids = [post.id for post in posts]
    query = select(Post, Account, Item).join(Account, Account.id == Post.account_id).join(Item, Item.id == Post.item_id)
    found = {post.id: Row(post, account, item) for post, account, item in s.execute(query.where(Post.id.in_(ids)))}
    return [found[number] for number in ids]


def handoff_asset(s: Session, post: Post, name: HandoffFile) -> Asset:
    """A file of the post's hand-off, ours and desensitised; Missing while there is none."""
    handoff = s.scalar(select(ManualPosting).where(ManualPosting.post_id == post.id))
    number: int | None = getattr(handoff, name) if handoff is not None else None
    asset = s.get(Asset, number) if number is not None else None
    if asset is None or asset.kind != AssetKind.DERIVED:
        raise Missing(_("还没有这个文件"))
    return asset


@dataclass(frozen=True)
class Slip:
    """Everything the page of one post shows."""

    post: Post
    account: Account
    item: Item
    variant: Variant
    attempts: Sequence[Attempt]
    handoff: ManualPosting | None
    proof: Asset | None
    thread: Thread | None
    event: Event | None
    hold: ReleaseHold | None

    @property
    def held(self) -> bool:
        """Whether this post waits for the end of a hold."""
        return self.hold is not None and holds.waits(self.post)


def slip(s: Session, post: Post) -> Slip:
    """Read it all; the caller has checked that the person may see it."""
    thread = s.scalar(select(Thread).where(Thread.post_id == post.id))
    event = None
    if thread is not None:
        query = select(Event).join(EventThread, EventThread.event_id == Event.id)
        event = s.scalar(query.where(EventThread.thread_id == thread.id).order_by(Event.id.desc()).limit(1))
    handoff = s.scalar(select(ManualPosting).where(ManualPosting.post_id == post.id))
    return Slip(
        post=post,
        account=s.get_one(Account, post.account_id),
        item=s.get_one(Item, post.item_id),
        variant=s.get_one(Variant, post.variant_id),
        attempts=list(s.scalars(select(Attempt).where(Attempt.post_id == post.id).order_by(Attempt.number))),
        handoff=handoff,
        proof=s.get(Asset, handoff.proof_id) if handoff and handoff.proof_id else None,
        thread=thread,
        event=event,
        hold=holds.current(s),
    )
