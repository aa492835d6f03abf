"""What each platform will show, before anybody signs."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels import registry
from channels.capabilities import Can
from review.items import lookup
from yiyuan.i18n import _
from yiyuan.models import Account, Item, Variant


@dataclass(frozen=True)
class Preview:
    """One account's version. `body` is HTML when `is_article`, else plain text; the limits are the platform's."""

    variant_id: int
    account_id: int
    account: str
    platform: str
    platform_name: str
    assisted: bool
    sandbox: bool
    is_article: bool
    title: str
    title_limit: int
    body: str
    body_limit: int
    tags: list[str]
    cover_id: int | None
    video_id: int | None
    extra: dict[str, object]


def variants_for(s: Session, item: Item, number: int | None = None) -> list[Preview]:
    """The versions of an item's current revision, or of an earlier one, in the order of the platforms."""
    revision = lookup.revision(s, item, number)
    query = select(Variant, Account).join(Account, Account.id == Variant.account_id)
    found = s.execute(query.where(Variant.revision_id == revision.id).order_by(Variant.id)).tuples().all()
    order = list(registry.all_capabilities())
    return sorted((_preview(*pair) for pair in found), key=lambda p: (order.index(p.platform), p.account_id))


def _preview(variant: Variant, account: Account) -> Preview:
    row = registry.capabilities(variant.platform)
    return Preview(
        variant_id=variant.id,
        account_id=account.id,
        account=account.name,
        platform=variant.platform,
        platform_name=_(row.name),
        assisted=Can.ASSISTED in (row.video, row.article),
        sandbox=account.sandbox,
        is_article=row.video is Can.NO,
        title=variant.title,
        title_limit=row.max_title,
        body=variant.body,
        body_limit=row.max_body,
        tags=list(variant.tags),
        cover_id=variant.cover_id,
        video_id=variant.video_id,
        extra=dict(variant.extra),
    )
