"""The stretches of a film whose voice is changed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from review.redaction import decisions as redaction_decisions
from yiyuan.models import Revision


@dataclass(frozen=True)
class Stretch:
    """A stretch in seconds of the film, its number, and who asked for it."""

    id: int
    first_seconds: float
    last_seconds: float
    chosen_by: int
    chosen_at: datetime
    box: None = None


def heard_of(s: Session, revision: Revision) -> list[Stretch]:
    """By time."""
    rows = redaction_decisions.voices(s, revision)
    return [Stretch(row.id, row.first_seconds, row.last_seconds, row.chosen_by, row.chosen_at) for row in rows]
