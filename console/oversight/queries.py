"""Consents, re-scans and recalls across all items, as their pages list them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from review.items.visibility import item_filter
from yiyuan import clock
from yiyuan.codes import ConsentState, PostState, RescanDecision
from yiyuan.models import Consent, Item, Post, Rescan, RescanHit, Staff

#: A consent that ends within so many days is shown as ending.
SOON = timedelta(days=30)


@dataclass(frozen=True)
class ConsentRow:
    """A consent with its item; open_posts: its posts that have to be gone and are not proved to be."""

    consent: Consent
    item: Item
    state: ConsentState
    open_posts: Sequence[int]


def consent_state(consent: Consent, today: date) -> ConsentState:
    """How the consent stands today."""
    if consent.withdrawn_at is not None:
        return ConsentState.WITHDRAWN
    if consent.to_day is None or consent.to_day > today + SOON:
        return ConsentState.STANDING
    return ConsentState.ENDED if consent.to_day < today else ConsentState.ENDING


def consents(s: Session, staff: Staff) -> list[ConsentRow]:
    """Every consent of the items the person may see, the latest first."""
    today = clock.today()
    query = select(Consent, Item).join(Item, Item.id == Consent.item_id).where(item_filter(staff))
    rows = s.execute(query.order_by(Consent.id.desc())).tuples().all()
    posts = select(Post.item_id, Post.id).where(Post.recalled_at.is_not(None), Post.gone_at.is_(None))
    waiting: dict[int, list[int]] = {}
    for item_id, post_id in s.execute(posts.where(Post.state != PostState.REFUSED)).tuples():
        waiting.setdefault(item_id, []).append(post_id)
    return [ConsentRow(c, item, consent_state(c, today), waiting.get(item.id, [])) for c, item in rows]


@dataclass(frozen=True)
class HitRow:
    """A hit of a re-scan with its item and the number of its posts that are still out."""

    hit: RescanHit
    item: Item
    live: int


def hits(s: Session, scan: Rescan | None) -> list[HitRow]:
    """The hits of a re-scan, undecided ones first."""
    if scan is None:
        return []
    out = (
        select(func.count())
        .where(Post.item_id == Item.id, Post.state == PostState.LIVE)
        .correlate(Item)
        .scalar_subquery()
    )
    query = select(RescanHit, Item, out).join(Item, Item.id == RescanHit.item_id).where(RescanHit.rescan_id == scan.id)
    rows = s.execute(query.order_by(RescanHit.decision != RescanDecision.OPEN, RescanHit.id)).tuples()
    return [HitRow(*row) for row in rows]
