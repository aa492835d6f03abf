"""A post of ours, and ways to let people comment on it."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sentiment.mentions.store import store_mentions
from yiyuan.comment import Comment
from yiyuan.db.session import transaction
from yiyuan.models import Account, Item, Mention, Post, Revision, Staff, Thread, Variant

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


def make_post(staff: dict[str, Staff], number: int = 1, *, state: str = "live") -> Post:
    """A post of ours as delivery leaves it."""
    with transaction() as s:
        person = staff["doctor"].id
        item = Item(
            title="膝盖疼怎么办", author_id=person, department="骨科", content_class="kepu", policy="short_video",
            state="approved", created_at=START, updated_at=START,
        )  # fmt: skip
        account = Account(platform="bilibili", name="示范医院", created_at=START)
        s.add_all([item, account])
        s.flush()
        revision = Revision(item_id=item.id, number=1, created_at=START)
        s.add(revision)
        s.flush()
        variant = Variant(
            revision_id=revision.id, account_id=account.id, platform="bilibili", title="膝盖疼怎么办", body="正文"
        )
        s.add(variant)
        s.flush()
        post = Post(
            item_id=item.id, revision_id=revision.id, variant_id=variant.id, account_id=account.id, platform="bilibili",
            state=state, due_at=START, token="0" * 64, marker=f"m{number}", external_id=f"BV{number}",
            url=f"https://example.test/BV{number}", live_at=START, created_at=START,
        )  # fmt: skip
        s.add(post)
        s.flush()
        return post


def say(
    thread: Thread,
    texts: Iterable[str],
    *,
    prefix: str = "c",
    minutes: float = 0.1,
    authors: int = 10_000,
    start: datetime = START,
) -> int:
    """Comments under a thread, one every `minutes`, by as many people in turn; returns how many were new."""
    comments = [
        Comment(f"{prefix}{number}", f"user{number % authors}", text, start + timedelta(minutes=minutes * number))
        for number, text in enumerate(texts)
    ]
    with transaction() as s:
        return store_mentions(s, s.get_one(Thread, thread.id), comments)


def stored() -> list[Mention]:
    """All mentions, oldest first."""
    with transaction(read_only=True) as s:
        return list(s.query(Mention).order_by(Mention.id))


def vendor_csv(rows: list[dict[str, str]], encoding: str = "utf-8-sig") -> bytes:
    """An export as a vendor writes it."""
    heads = list(rows[0])
    lines = [",".join(heads), *(",".join(json.dumps(row[h], ensure_ascii=False) for h in heads) for row in rows)]
    return "\r\n".join(lines).encode(encoding)
