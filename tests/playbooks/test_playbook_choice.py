"""More than one playbook: a person or a setting names the one that answers an event."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from playbooks import engine, schema
from sentiment.events import events
from sentiment.events.opening import open_event
from yiyuan import clock
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, Missing
from yiyuan.models import Duty, Event, Staff, Thread
from yiyuan.settings import Settings, settings

SHIPPED = (schema.FOLDER / "opinion.yaml").read_text("utf-8")


@pytest.fixture
def two_playbooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """`opinion` as shipped, and `service`, which starts another duty at its first tier."""
    folder = tmp_path / "playbooks"
    folder.mkdir()
    (folder / "opinion.yaml").write_text(SHIPPED, "utf-8")
    service = SHIPPED.replace("name: opinion", "name: service").replace("title: 舆情应对预案", "title: 服务投诉预案")
    (folder / "service.yaml").write_text(service.replace("key: verify", "key: call_back"), "utf-8")
    monkeypatch.setattr(schema, "FOLDER", folder)
    yield


def _duties(event_id: int) -> set[str]:
    with transaction(read_only=True) as s:
        return set(s.scalars(select(Duty.key).where(Duty.subject_id == event_id)))


@pytest.mark.usefixtures("two_playbooks")
def test_a_person_names_the_playbook(staff: dict[str, Staff]) -> None:
    with transaction() as s:
        event = events.open_by_hand(
            s, staff["operations"], title="挂号太难", url="https://example.test/9", platform="weibo", playbook="service"
        )
    engine.respond(event.id)
    assert event.playbook == "service"
    assert "call_back" in _duties(event.id)
    assert "verify" not in _duties(event.id)


@pytest.mark.usefixtures("two_playbooks")
def test_a_setting_names_the_playbook_of_an_opening_rule(
    staff: dict[str, Staff], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIYUAN_EVENT_PLAYBOOKS", '{"outside_post": "service"}')
    settings.cache_clear()
    schema.check_settings()
    text = f"{settings().hospital}乱收费，态度恶劣，坑人，要求退钱"
    with transaction() as s:
        thread = Thread(platform="weibo", external_id="t1", title=text, text=text, url="", created_at=clock.now())
        s.add(thread)
    (event_id,) = events.refresh()
    with transaction(read_only=True) as s:
        assert s.get_one(Event, event_id).playbook == "service"
    engine.respond(event_id)
    assert "call_back" in _duties(event_id)


def test_without_a_name_it_is_the_shipped_one(staff: dict[str, Staff]) -> None:
    with transaction() as s:
        thread = Thread(platform="weibo", external_id="t2", title="x", text="x", url="", created_at=clock.now())
        s.add(thread)
        s.flush()
        event = open_event(s, title="t", why="w", threads=[thread], whole=True)
        assert event.playbook == "opinion"


@pytest.mark.usefixtures("two_playbooks")
def test_an_unknown_name_is_refused_with_those_there_are(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Missing, match="opinion、service") as missing:
        schema.named("crisis")
    assert (missing.value.field, "crisis" in missing.value.message) == ("playbook", True)
    monkeypatch.setenv("YIYUAN_EVENT_PLAYBOOKS", '{"signal": "crisis"}')
    settings.cache_clear()
    with pytest.raises(BadInput, match="opinion、service") as refused:
        schema.check_settings()
    assert refused.value.field == "event_playbooks"


def test_an_opening_rule_that_does_not_exist_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIYUAN_EVENT_PLAYBOOKS", '{"moon": "opinion"}')
    with pytest.raises(ValueError, match="moon"):
        Settings()
