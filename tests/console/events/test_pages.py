"""Events are reported, raised and closed, and their duties done, by the event's page."""

from pathlib import Path

import pytest
from sqlalchemy import select

from playbooks import engine, schema
from tests.support.browser_client import Enter
from tests.support.console import World
from yiyuan.codes import Sentiment
from yiyuan.db.session import transaction
from yiyuan.models import Duty, Event, Mention, Thread


def _event(world: World) -> int:
    post_id = world.posts(world.approved())["bilibili"]
    world.live(post_id)
    return world.event(post_id)


def test_the_page_shows_curve_duties_and_comments(world: World, visitor: Enter) -> None:
    page = visitor("publicity").page(f"/events/{_event(world)}")
    assert page.count('<svg class="curve') == 2 and "较大 ≥ 1,000" in page
    assert "1,240" in page and "8 秒后通知已送达" in page
    assert "讲得太随便了" in page and "起草首份回应并送审" in page and "已超时" in page


def test_duties_are_taken_and_finished(world: World, visitor: Enter) -> None:
    event_id = _event(world)
    with transaction(read_only=True) as s:
        duty = s.scalars(select(Duty).where(Duty.subject_id == event_id, Duty.role == "publicity")).first()
    assert duty is not None
    publicity = visitor("publicity")
    assert visitor("operations").send(f"/duties/{duty.id}/acknowledge").status_code == 403
    assert publicity.send(f"/duties/{duty.id}/acknowledge").status_code == 303
    assert publicity.send(f"/duties/{duty.id}/finish", {"result": ""}).status_code == 422
    assert publicity.send(f"/duties/{duty.id}/finish", {"result": "首份回应已发布"}).status_code == 303
    assert "首份回应已发布" in publicity.page(f"/events/{event_id}")


def test_an_event_is_reported_by_hand_and_raised(world: World, visitor: Enter) -> None:
    operations = visitor("operations")
    bad = operations.send("/events", {"title": "", "platform": "weibo"})
    assert bad.status_code == 422 and "请填写事件标题" in bad.text
    fields = {"title": "网传停药事件", "platform": "weibo", "url": "https://weibo.example/1", "whole": "1"}
    location = operations.send("/events", fields).headers["location"]
    assert "网传停药事件" in operations.page(location.partition("?")[0])
    event_id = _event(world)
    assert operations.send(f"/events/{event_id}/raise", {"tier": 3, "reason": "官媒转发"}).status_code == 403
    assert visitor("leader").send(f"/events/{event_id}/raise", {"tier": 3, "reason": "官媒转发"}).status_code == 303
    with transaction(read_only=True) as s:
        assert s.get_one(Event, event_id).tier == 3
    closing = visitor("leader").send(f"/events/{event_id}/close", {"note": "平息"})
    assert closing.status_code == 409 and "还不能关闭" in closing.text


def test_the_form_asks_for_the_playbook_when_there_is_more_than_one(
    world: World, visitor: Enter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = {"title": "挂号太难", "platform": "weibo", "url": "https://weibo.example/2", "whole": "1"}
    assert 'name="playbook"' not in visitor("operations").page("/events")
    shipped = (schema.FOLDER / "opinion.yaml").read_text("utf-8")
    service = shipped.replace("name: opinion", "name: service").replace("title: 舆情应对预案", "title: 服务投诉预案")
    (tmp_path / "opinion.yaml").write_text(shipped, "utf-8")
    (tmp_path / "service.yaml").write_text(service.replace("title: 一般", "title: 轻微"), "utf-8")
    monkeypatch.setattr(schema, "FOLDER", tmp_path)
    page = visitor("operations").page("/events")
    assert 'name="playbook"' in page and "服务投诉预案" in page
    bad = visitor("operations").send("/events", fields | {"playbook": "nothing"})
    assert bad.status_code == 404 and "opinion、service" in bad.text
    location = visitor("operations").send("/events", fields | {"playbook": "service"}).headers["location"]
    with transaction(read_only=True) as s:
        event = s.scalars(select(Event).order_by(Event.id.desc())).first()
    assert event is not None and event.playbook == "service"
    engine.respond(event.id)
    assert "轻微" in visitor("operations").page(location.partition("?")[0])


def test_a_post_is_marked_as_turned(world: World, visitor: Enter) -> None:
    post_id = world.posts(world.approved())["bilibili"]
    world.live(post_id)
    world.event(post_id)
    with transaction(read_only=True) as s:
        thread_id = s.scalars(select(Thread.id).where(Thread.post_id == post_id)).one()
    answer = visitor("operations").send(f"/threads/{thread_id}/turned")
    assert answer.status_code == 303 and answer.headers["location"].startswith("/events/")


def test_an_uncertain_comment_has_a_second_opinion(world: World, visitor: Enter) -> None:
    event_id = _event(world)
    publicity = visitor("publicity")
    assert "hx-get" not in publicity.page(f"/events/{event_id}").partition('id="comments"')[2].partition(">")[0]
    for text, leaning in (("太差了，垃圾，骗人", "偏负面"), ("非常好，很满意，推荐", "偏正面")):
        with transaction() as s:
            mention = s.scalars(select(Mention).where(Mention.external_id == "c3")).one()
            mention.label, mention.text = Sentiment.UNCERTAIN, text
        page = publicity.page(f"/events/{event_id}")
        assert f'hx-get="/events/{event_id}/comments"' in page and "SnowNLP" not in page
        part = publicity.page(f"/events/{event_id}/comments")
        assert part.count("参考：SnowNLP 负面") == 1 and f"（{leaning}）" in part
        assert "不参与定级和信号" in part and "hx-get" not in part
        shown = part.partition(text)[2].partition("</li>")[0]
        assert "参考：SnowNLP" in shown and "不确定" in shown
