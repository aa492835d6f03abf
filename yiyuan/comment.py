"""A comment as a platform, an export or a person hands it over; `channels` makes them, `sentiment` stores them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment under a post. `external_id` is unique within its platform; `written_at` is aware."""

    external_id: str
    author: str
    text: str
    written_at: datetime
