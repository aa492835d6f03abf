"""An open event over one outside post."""

import pytest
from sqlalchemy import select

from sentiment.events import events
from yiyuan.db.session import transaction
from yiyuan.models import Event, EventThread, Staff, Thread


@pytest.fixture
def event(staff: dict[str, Staff]) -> Event:
    """Reported by hand; all comments of its post count."""
    with transaction() as s:
        return events.open_by_hand(
            s, staff["operations"], title="急诊投诉", url="https://example.test/1", platform="weibo"
        )


@pytest.fixture
def thread(event: Event) -> Thread:
    """The post of the event."""
    with transaction(read_only=True) as s:
        link = s.scalars(select(EventThread).where(EventThread.event_id == event.id)).one()
        return s.get_one(Thread, link.thread_id)
