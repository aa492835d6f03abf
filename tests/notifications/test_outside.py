"""Notices go outside at least once, numbered, and stop once an address took them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from notifications import notices, outside
from notifications.apprise_sender import AppriseSender
from playbooks import engine
from tests.support.channels import Sandbox
from yiyuan import clock
from yiyuan.codes import NoticeKind
from yiyuan.db.session import transaction
from yiyuan.models import Event, Notice, Staff, TierCrossing
from yiyuan.settings import settings
from yiyuan.staff import members


@pytest.fixture
def address(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> str:
    return sandbox.url.replace("http://", "json://") + "/notify"


def tell(**more: Any) -> None:
    plain = {"key": "k", "kind": NoticeKind.TIER, "title": "舆情升级", "body": "达到二级", "link": "/events/1"}
    with transaction() as s:
        notices.post(s, **(plain | more))


def send(limit: int) -> int:
    return outside.send_pending([AppriseSender()], limit, on_sent=engine.record_notice)


def rows() -> list[Notice]:
    with transaction(read_only=True) as s:
        return list(s.query(Notice).order_by(Notice.id))


def test_role_person_and_common_addresses(
    sandbox: Sandbox, staff: dict[str, Staff], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIYUAN_NOTICE_ROLE_URLS", f'{{"leader": ["{address}"]}}')
    settings.cache_clear()
    with transaction() as s:
        doctor = s.merge(staff["doctor"])
        members.set_notice_urls(s, doctor, [address], actor=doctor)
    tell(key="a", role="leader", urgent=True)
    tell(key="b", staff_id=staff["doctor"].id)
    tell(key="c", role="reviewer")
    assert send(10) == 2
    received = sorted(sandbox.get("/notify"), key=lambda letter: letter["title"])
    assert len(received) == 2
    for notice, letter in zip(rows(), received, strict=False):
        assert f"通知编号 {notice.id}" in letter["title"]
        assert f"{settings().console_url}/events/1" in letter["message"]
    assert [notice.outside for notice in rows()] == ["sent", "sent", "none"]
    assert send(10) == 0


def test_a_failed_notice_comes_again_later(
    sandbox: Sandbox, staff: dict[str, Staff], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIYUAN_NOTICE_URLS", f'["{address}"]')
    settings.cache_clear()
    tell(role="leader")
    sandbox.fault("/notify", "fail_after")
    assert send(10) == 0
    (notice,) = rows()
    assert (notice.outside, notice.attempts) == ("pending", 1)
    assert notice.not_before is not None
    assert notice.not_before > clock.now() + timedelta(seconds=2)
    assert send(10) == 0, "not yet"
    with transaction() as s:
        s.execute(update(Notice).values(not_before=clock.now()))
    assert send(10) == 1
    titles = [letter["title"] for letter in sandbox.get("/notify")]
    assert len(titles) == 2
    assert len(set(titles)) == 1, "the same number tells the reader that it is the same notice"


def test_the_first_notice_of_a_tier_stops_its_clock(
    sandbox: Sandbox, staff: dict[str, Staff], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIYUAN_NOTICE_URLS", f'["{address}"]')
    settings.cache_clear()
    moment = clock.now()
    with transaction() as s:
        event = Event(title="x", why="y", known_at=moment, opened_at=moment)
        s.add(event)
        s.flush()
        s.add(TierCrossing(event_id=event.id, tier=2, volume=1000, crossed_at=moment, raised_at=moment))
        event_id = event.id
    tell(role="leader", event_id=event_id, tier=2)
    send(10)
    with transaction(read_only=True) as s:
        assert s.query(TierCrossing).one().noticed_at is not None
