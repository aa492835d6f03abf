"""Handing a revision to the intake."""

from sqlalchemy.orm import Session

from review import rows
from yiyuan import outbox
from yiyuan.models import Item, Revision


def start_intake(s: Session, item: Item, revision: Revision) -> None:
    """Put an item into the intake, with a fresh count of attempts, and ask for the step."""
    rows.moved(item, "intake")
    revision.attempt, revision.progress, revision.eta_seconds = 0, 0.0, None
    revision.stage = revision.failure = ""
    revision.lease_until = None
    ask(s, item, revision)


def ask(s: Session, item: Item, revision: Revision) -> None:
    """The step once per version of the item and attempt of the revision."""
    key = f"item:{item.id}:intake:{item.version}:a{revision.attempt + 1}"
    outbox.enqueue(s, "intake", key, {"revision_id": revision.id})
