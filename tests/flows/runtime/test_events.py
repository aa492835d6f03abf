"""What happened reaches Prefect as events, once each, without a text or a person in them."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from prefect.client.orchestration import get_client
from prefect.variables import Variable

from flows.runtime import events
from flows.runtime.events import CARRIED, NAMES, EventFeed, event_of
from tests.architecture.product import ROOT
from yiyuan import audit
from yiyuan.codes import AuditAction
from yiyuan.db.session import transaction
from yiyuan.models import Staff

pytestmark = pytest.mark.prefect


def _append(action: AuditAction, subject: str, note: str = "", **detail: object) -> None:
    with transaction() as s:
        audit.append(s, None, action, subject, detail, note=note)


async def _stored(name: str) -> list[dict[str, Any]]:
    """Events of one name on the server, once it has written them."""
    wanted = {"filter": {"event": {"name": [name]}}}
    for _try in range(100):
        async with get_client() as client:
            found = (await client.request("POST", "/events/filter", json=wanted)).json()["events"]
        if found:
            return list(found)
        await asyncio.sleep(0.1)
    return []


def test_acts_become_events_and_history_does_not(home: Path, prefect_server: None) -> None:
    _append(AuditAction.EVENT_OPEN, "event:1")

    async def scenario() -> tuple[int, int, int, list[dict[str, Any]]]:
        await Variable.aunset(events.CURSOR)
        feed = EventFeed()
        first = await feed.send_new()
        _append(AuditAction.EVENT_TIER, "event:1", note="某患者的话", tier=2, volume=1200, uid="王某")
        _append(AuditAction.EVENT_RAISE, "event:1", tier=2)
        second, third = await feed.send_new(), await feed.send_new()
        return first, second, third, await _stored("yiyuan.event.tier-raised")

    first, second, third, [stored] = asyncio.run(scenario())
    assert (first, second, third) == (0, 1, 0)
    assert stored["resource"]["prefect.resource.id"] == "yiyuan.event.1"
    assert {key: stored["payload"][key] for key in ("tier", "volume")} == {"tier": 2, "volume": 1200}
    assert "患者" not in str(stored) and "王某" not in str(stored)


def test_a_worker_goes_on_where_the_last_stopped_and_repeats_nothing(home: Path, prefect_server: None) -> None:
    async def scenario() -> list[dict[str, Any]]:
        await Variable.aunset(events.CURSOR)
        await EventFeed().send_new()
        _append(AuditAction.POST_LIVE, "post:3", platform="bilibili")
        assert await EventFeed().send_new() == 1
        assert await EventFeed().send_new() == 0
        late = EventFeed()
        late._sent = 0  # a second worker that has read the place before the first moved it
        assert await late.send_new() == 1
        await asyncio.sleep(0.5)
        return await _stored("yiyuan.post.live")

    assert len(asyncio.run(scenario())) == 1, "the same entry is the same event"


def test_after_a_restore_what_comes_is_sent_again(home: Path, prefect_server: None) -> None:
    async def scenario() -> tuple[int, int]:
        await Variable.aset(events.CURSOR, 5000, overwrite=True)
        feed = EventFeed()
        restored = await feed.send_new()
        _append(AuditAction.EVENT_CLOSE, "event:1")
        return restored, await feed.send_new()

    assert asyncio.run(scenario()) == (0, 1)


def test_nothing_is_lost_while_prefect_is_away(
    home: Path, prefect_server: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> list[dict[str, Any]]:
        await Variable.aunset(events.CURSOR)
        feed = EventFeed()
        await feed.send_new()
        _append(AuditAction.HOLD_SET, "hold:1")

        class Away:
            async def __aenter__(self) -> "Away":
                raise httpx.ConnectError("away")

            async def __aexit__(self, *_error: object) -> None: ...

        with monkeypatch.context() as broken:
            broken.setattr(events, "get_client", Away)
            with pytest.raises(httpx.ConnectError):
                await feed.send_new()
        assert await feed.send_new() == 1
        return await _stored("yiyuan.releases.held")

    assert len(asyncio.run(scenario())) == 1


def test_names_are_unlike_each_other_and_carry_no_text(home: Path, staff: dict[str, Staff]) -> None:
    assert len(set(NAMES.values())) == len(NAMES)
    with transaction() as s:
        entry = audit.append(
            s,
            staff["doctor"],
            AuditAction.DECISION_RETURN,
            "item:4",
            {"level": 2, "rule": "x", "name": "李某", "state": "returned", "platform": "患者李某 13800138000"},
            "理由",
        )
        event = event_of(entry)
    assert event is not None
    assert set(event["payload"]) == {"level", "state", "entry"} <= {*CARRIED, "entry"}


def test_the_guide_lists_every_event() -> None:
    guide = (ROOT / "docs/guides/operations.md").read_text("utf-8")
    assert {name for name in NAMES.values() if f"`{name}`" not in guide} == set()
