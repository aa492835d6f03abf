"""Rows of what has been released, without the way there."""

from sqlalchemy.orm import Session

from yiyuan import clock
from yiyuan.models import Item, Post, Revision, Variant


def publish(s: Session, number: int, script: str, *, state: str = "live", body: str = "") -> Revision:
    now = clock.now()
    item = Item(
        title=f"稿件{number}", author_id=1, department="心内科", content_class="kepu", policy="short_video",
        state="approved", created_at=now, updated_at=now,
    )  # fmt: skip
    s.add(item)
    s.flush()
    revision = Revision(item_id=item.id, number=1, texts={"script": script}, created_at=now)
    s.add(revision)
    s.flush()
    variant = Variant(revision_id=revision.id, account_id=1, platform="bilibili", title="题", body=body)
    s.add(variant)
    s.flush()
    s.add(
        Post(
            item_id=item.id, revision_id=revision.id, variant_id=variant.id, account_id=1, platform="bilibili",
            state=state, due_at=now, token="t", marker=f"m{number}", created_at=now,
        )
    )  # fmt: skip
    s.flush()
    return revision
