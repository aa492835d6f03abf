"""People's ways through the console by its forms alone: naming, signing, waiving, proving, holding, responding."""

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from playbooks import engine, schema
from tests.support.browser_client import Enter, Visitor
from tests.support.console import World
from yiyuan import clock
from yiyuan.codes import PostState
from yiyuan.db.session import transaction
from yiyuan.models import Consent, Decision, Duty, Event, Finding, Post, Thread, Track, Verdict


def _hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


def _sign(person: Visitor, item_id: int, verdict: str = "approve", **more: str) -> int:
    page = person.page(f"/items/{item_id}/decide")
    fields = {"version": _hidden(page, "version"), "digest": _hidden(page, "digest"), "verdict": verdict}
    answers = dict.fromkeys(re.findall(r'type="checkbox" name="(answer-[^"]+)"', page), "yes")
    answers |= dict.fromkeys(re.findall(r'<textarea[^>]+name="(answer-[^"]+)"', page), "已补充指南出处")
    return person.send(f"/items/{item_id}/decide", fields | answers | more).status_code


def test_faces_are_named_and_the_redactions_accepted(world: World, visitor: Enter) -> None:
    item_id = world.naming()
    doctor = visitor("doctor")
    page = doctor.page(f"/items/{item_id}/tracks")
    with transaction(read_only=True) as s:
        first, second = s.scalars(select(Track.id).order_by(Track.number))
    assert all(f'name="naming-{number}" value="staff"' in page for number in (first, second))
    missing = doctor.send(f"/items/{item_id}/tracks", {f"naming-{first}": "staff", f"agreement-{first}": ""})
    assert missing.status_code == 422 and "姓名" in missing.text
    named = {f"naming-{first}": "staff", f"agreement-{first}": "王敏本人，同意", f"naming-{second}": "patient"}
    assert doctor.send(f"/items/{item_id}/tracks", named).status_code == 303
    with transaction(read_only=True) as s:
        assert [t.naming for t in s.scalars(select(Track).order_by(Track.number))] == ["staff", "patient"]
    page = doctor.page(f"/items/{item_id}")
    accepted = doctor.send(f"/items/{item_id}/accept", {"version": _hidden(page, "version")})
    assert accepted.headers["location"] == f"/items/{item_id}?done=accepted"
    assert world.item(item_id).state == "review"


def test_three_people_sign_by_the_form(world: World, visitor: Enter) -> None:
    item_id = world.in_review()
    doctor, reviewer, publicity = visitor("doctor"), visitor("reviewer"), visitor("publicity")
    assert "现在不能由您签署" in reviewer.page(f"/items/{item_id}/decide")
    assert [_sign(person, item_id) for person in (doctor, reviewer, publicity)] == [303, 303, 303]
    assert world.item(item_id).state == "approved"
    with transaction(read_only=True) as s:
        speech = s.scalars(select(Verdict).where(Verdict.checker == "speech")).one()
        assert speech.ticked_by == world.staff["doctor"].id
    page = doctor.page(f"/items/{item_id}/sheet")
    assert all(name in page for name in ("王敏", "李国强", "陈晓", "（公章）"))


def test_self_check_wants_every_answer(world: World, visitor: Enter) -> None:
    item_id = world.in_review()
    doctor = visitor("doctor")
    page = doctor.page(f"/items/{item_id}/decide")
    assert "医学表述准确" in page and "已人工核验" in page and "数据未注明来源" in page
    fields = {"version": _hidden(page, "version"), "digest": _hidden(page, "digest"), "verdict": "approve"}
    answer = doctor.send(f"/items/{item_id}/decide", fields)
    assert answer.status_code == 422 and "自查未完成" in answer.text
    assert world.item(item_id).level == 1


def test_returning_needs_a_reason_and_tells_the_author(world: World, visitor: Enter) -> None:
    item_id = world.in_review(level=2)
    reviewer = visitor("reviewer")
    assert _sign(reviewer, item_id, "return") == 422
    assert _sign(reviewer, item_id, "return", reason="“根治”请改为“控制”") == 303
    doctor = visitor("doctor")
    assert "“根治”请改为“控制”" in doctor.page(f"/items/{item_id}")
    assert "已退回" in doctor.page("/notices")
    form = doctor.page(f"/items/{item_id}/edit")
    assert "保存后产生新版本" in form
    fields = {
        "csrf": doctor.csrf,
        "version": _hidden(form, "version"),
        "title": "新标题",
        "summary": "三步",
        "then": "draft",
    }
    assert doctor.client.post(f"/items/{item_id}/edit", data=fields).status_code == 303
    assert world.item(item_id).revision_number == 2
    assert "您正在查看旧版本" in doctor.page(f"/items/{item_id}?revision=1")


def test_a_stale_page_cannot_sign(world: World, visitor: Enter) -> None:
    item_id = world.in_review(level=2)
    reviewer = visitor("reviewer")
    page = reviewer.page(f"/items/{item_id}/decide")
    old = {"version": int(_hidden(page, "version")) - 1, "digest": _hidden(page, "digest"), "verdict": "approve"}
    answer = reviewer.send(f"/items/{item_id}/decide", old)
    assert answer.status_code == 409 and "刷新" in answer.text
    answer = reviewer.send(f"/items/{item_id}/decide", old | {"version": _hidden(page, "version"), "digest": "0" * 64})
    assert answer.status_code == 409


def test_medical_affairs_sign_for_a_named_colleague(world: World, visitor: Enter) -> None:
    item_id = world.in_review(level=2)
    medical = visitor("medical_affairs")
    assert "代谁签署" in medical.page(f"/items/{item_id}/decide")
    assert _sign(medical, item_id) == 403
    assert _sign(medical, item_id, delegate_of=str(world.staff["reviewer"].id)) == 303
    with transaction(read_only=True) as s:
        decision = s.scalars(select(Decision).where(Decision.level == 2)).one()
    assert decision.delegate_of == world.staff["reviewer"].id
    assert "代 李国强 签署" in visitor("doctor").page(f"/items/{item_id}")


def test_publicity_waives_a_finding_with_a_reason(world: World, visitor: Enter) -> None:
    item_id = world.in_review(clean=True)
    with transaction() as s:
        s.add(
            Finding(
                revision_id=world.revision(item_id).id, checker="advertising", rule="MA01", severity="block",
                title="绝对化用语“最佳”", field="script", excerpt="最佳时间", basis="广告法 第九条",
            )
        )  # fmt: skip
    publicity = visitor("publicity")
    assert "待豁免" in publicity.page("/inbox")
    page = publicity.page(f"/items/{item_id}/decide")
    path = re.search(r'action="(/findings/\d+/waive)"', page)
    assert path is not None
    assert publicity.send(path[1], {"reason": ""}).status_code == 422
    assert publicity.send(path[1], {"reason": "“最佳时间”是消费提示，不是疗效承诺"}).status_code == 303
    assert "宣传部已豁免" in visitor("doctor").page(f"/items/{item_id}")


def test_consents_are_recorded_and_withdrawn(world: World, visitor: Enter) -> None:
    item_id = world.naming()
    doctor = visitor("doctor")
    fields = {
        "consent-subject": "患者A",
        "consent-uses": "publish",
        "consent-channels": "*",
        "consent-from": "2026-01-01",
    }
    data = {"csrf": doctor.csrf} | fields
    broken = {"scan": ("同意书.pdf", b"%PDF-1.7 signed", "application/pdf")}
    refused = doctor.client.post(f"/items/{item_id}/consents", data=data, files=broken)
    assert refused.status_code == 422 and "扫描件" in refused.text and "损坏" in refused.text
    with transaction(read_only=True) as s:
        assert not s.scalars(select(Consent)).all()
    files = {"scan": ("同意书.png", _screenshot(), "image/png")}
    assert doctor.client.post(f"/items/{item_id}/consents", data=data, files=files).status_code == 303
    page = doctor.page(f"/items/{item_id}")
    assert "患者A" in page and "扫描件已存" in page
    with transaction(read_only=True) as s:
        consent = s.scalars(select(Consent)).one()
    assert doctor.send(f"/consents/{consent.id}/withdraw", {"reason": "患者来电"}).status_code == 303
    assert "已撤回" in doctor.page(f"/items/{item_id}")


def test_a_scan_without_its_consent_is_no_silent_loss(world: World, visitor: Enter) -> None:
    doctor = visitor("doctor")
    filled = {"csrf": doctor.csrf, "title": "冬季心脏保健", "content_class": "kepu", "policy": "short_video"}
    files = {"scan": ("同意书.png", _screenshot(), "image/png")}
    refused = doctor.client.post("/items/new", data=filled, files=files)
    assert refused.status_code == 422 and "患者代号" in refused.text and "冬季心脏保健" in refused.text
    refused = doctor.client.post("/items/new", data=filled | {"consent-uses": "publish"}, files={"video": ("", b"")})
    assert refused.status_code == 422 and "请填写患者代号、用途和平台" in refused.text


def test_who_is_refused_and_submits_again_leaves_one_consent(world: World, visitor: Enter) -> None:
    doctor = visitor("doctor")
    filled = {
        "title": "冬季心脏保健", "content_class": "kepu", "policy": "short_video", "script": "晨练前先量血压。",
        "consent-subject": "患者A", "consent-uses": "publish", "consent-channels": "*", "then": "submit",
    }  # fmt: skip
    refused = doctor.client.post(
        "/items/new",
        data={"csrf": doctor.csrf} | filled,
        files={"scan": ("同意书.png", _screenshot(), "image/png")},
        headers={"hx-request": "true"},
    )
    assert refused.status_code == 422 and "账号" in refused.text
    again = filled | {"version": refused.headers["x-version"], "accounts": str(world.accounts[0])}
    sent = doctor.client.post(
        refused.headers["x-continue"],
        data={"csrf": doctor.csrf} | again,
        files={"scan": ("同意书.png", _screenshot(), "image/png")},
    )
    assert sent.status_code == 303, sent.text
    with transaction(read_only=True) as s:
        (consent,) = s.scalars(select(Consent)).all()
    assert consent.scan_id is not None


def _screenshot() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (300, 500), "white").save(target, "PNG")
    return target.getvalue()


def test_an_operator_posts_by_hand_and_proves_it(world: World, visitor: Enter) -> None:
    item_id = world.approved()
    post_id = world.posts(item_id)["xiaohongshu"]
    world.awaiting_person(post_id)
    operations = visitor("operations")
    pack = operations.get(f"/posts/{post_id}/pack")
    assert pack.headers["content-type"] == "application/zip" and "attachment" in pack.headers["content-disposition"]
    assert visitor("doctor").get(f"/posts/{post_id}/pack").status_code == 403
    url = f"https://www.xiaohongshu.com/explore/{'ab12' * 6}"
    data = {"csrf": operations.csrf, "url": url}
    bad = operations.client.post(
        f"/posts/{post_id}/proof", data=data, files={"screenshot": ("a.png", b"not a picture")}
    )
    assert bad.status_code == 422 and "截图无法识别" in bad.text
    good = operations.client.post(f"/posts/{post_id}/proof", data=data, files={"screenshot": ("a.png", _screenshot())})
    assert good.status_code == 303
    assert operations.get(f"/posts/{post_id}/proof.jpg").headers["content-type"] == "image/jpeg"
    page = operations.page(f"/posts/{post_id}")
    assert "已发布" in page and "沙箱" in page and "赵一凡" in page


def test_releases_are_held_and_let_go(world: World, visitor: Enter) -> None:
    world.approved("等着发的稿件")
    operations, publicity = visitor("operations"), visitor("publicity")
    assert operations.send("/holds", {"reason": ""}).status_code == 422
    assert operations.send("/holds", {"reason": "突发舆情"}).status_code == 303
    page = operations.page("/holds")
    assert "全部发布已暂停" in page and "等着发的稿件" in page and "赵一凡" in page
    assert "全部发布已暂停" in publicity.page("/")
    assert operations.send("/holds/lift").status_code == 403
    assert publicity.send("/holds/lift").status_code == 303
    assert "立即暂停全部发布" in publicity.page("/holds")


def test_publicity_moves_a_post(world: World, visitor: Enter) -> None:
    post_id = world.posts(world.approved())["bilibili"]
    due = clock.local(clock.now() + timedelta(days=3))
    answer = visitor("publicity").send(f"/posts/{post_id}/reschedule", {"due_at": due.strftime("%Y-%m-%dT%H:%M")})
    assert answer.status_code == 303
    with transaction(read_only=True) as s:
        assert abs((s.get_one(Post, post_id).due_at - due).total_seconds()) < 60


def test_a_parked_post_is_resolved_by_a_person(world: World, visitor: Enter) -> None:
    post_id = world.posts(world.approved())["bilibili"]
    with transaction() as s:
        s.get_one(Post, post_id).state = PostState.PARKED
    operations = visitor("operations")
    assert "请到平台后台查看" in operations.page(f"/posts/{post_id}")
    assert operations.send(f"/posts/{post_id}/resolve", {"answer": "perhaps"}).status_code == 422
    assert operations.send(f"/posts/{post_id}/resolve", {"answer": "drop"}).status_code == 303
    assert "已撤下" in operations.page(f"/posts/{post_id}")


def _event(world: World) -> int:
    post_id = world.posts(world.approved())["bilibili"]
    world.live(post_id)
    return world.event(post_id)


def test_event_room_shows_curve_duties_and_comments(world: World, visitor: Enter) -> None:
    page = visitor("publicity").page(f"/events/{_event(world)}")
    assert page.count('<svg class="curve') == 2 and "较大 ≥ 1,000" in page
    assert "1,240" in page and "8 秒后通知已送达" in page
    assert "讲得太随便了" in page and "起草首份回应并送审" in page and "已超时" in page


def test_duties_are_taken_and_finished(world: World, visitor: Enter) -> None:
    event_id = _event(world)
    with transaction(read_only=True) as s:
        duty = s.scalars(select(Duty).where(Duty.event_id == event_id, Duty.role == "publicity")).first()
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
    schema.load_all.cache_clear()
    try:
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
    finally:
        schema.load_all.cache_clear()


def test_a_post_is_marked_as_turned(world: World, visitor: Enter) -> None:
    post_id = world.posts(world.approved())["bilibili"]
    world.live(post_id)
    world.event(post_id)
    with transaction(read_only=True) as s:
        thread_id = s.scalars(select(Thread.id).where(Thread.post_id == post_id)).one()
    answer = visitor("operations").send(f"/threads/{thread_id}/turned")
    assert answer.status_code == 303 and answer.headers["location"].startswith("/events/")


def test_a_missing_platform_credential_is_named(world: World, visitor: Enter) -> None:
    fields = {
        "name": "医院B站",
        "tier": "official",
        "credential-client_id": "abc",
        "credential-client_secret": "topsecret",
    }
    answer = visitor("publicity").send("/accounts/new/bilibili", fields)
    assert answer.status_code == 422
    assert "缺少平台凭据“授权码”" in answer.text and "topsecret" not in answer.text


def test_notices_are_acknowledged(world: World, visitor: Enter) -> None:
    world.in_review(level=2)
    reviewer = visitor("reviewer")
    number = re.search(r"/notices/(\d+)/acknowledge", reviewer.page("/notices"))
    assert number is not None
    assert reviewer.send(f"/notices/{number[1]}/acknowledge").status_code == 303
    assert "没有待签收的通知" in reviewer.page("/notices")
    assert visitor("doctor").send(f"/notices/{number[1]}/acknowledge").status_code in (403, 404)


def test_an_author_takes_an_item_back(world: World, visitor: Enter) -> None:
    item_id = world.in_review(level=2)
    doctor = visitor("doctor")
    page = doctor.page(f"/items/{item_id}")
    answer = doctor.send(f"/items/{item_id}/withdraw", {"version": _hidden(page, "version"), "reason": "内容有误"})
    assert answer.status_code == 303 and "已撤回" in doctor.page(f"/items/{item_id}")
    assert "没有等您审核的稿件" in visitor("reviewer").page("/inbox")


def test_staff_are_added_and_errors_keep_the_form(world: World, visitor: Enter) -> None:
    admin = visitor("administrator")
    fields = {"name": "新同事", "login": "newcomer", "roles": ["doctor"], "department": "儿科", "password": "short"}
    bad = admin.send("/staff", fields)
    assert bad.status_code == 422 and "密码至少 10 位" in bad.text and 'value="新同事"' in bad.text
    assert admin.send("/staff", fields | {"password": "long-enough-9"}).status_code == 303
    assert "newcomer" in admin.page("/staff")


def test_what_no_checker_checked_is_ticked_by_name(world: World, visitor: Enter) -> None:
    item_id = world.naming()
    publicity = visitor("publicity")
    page = publicity.page(f"/items/{item_id}")
    assert "语音已人工核听" in page
    path = re.search(r'action="(/verdicts/\d+/tick)"', page)
    assert path is not None
    assert publicity.send(path[1]).status_code == 303
    assert "陈晓 已人工核对" in visitor("doctor").page(f"/items/{item_id}")
