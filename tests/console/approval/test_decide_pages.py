"""People sign, return and tick by the form of the decision."""

import re

from sqlalchemy import select

from review.items import attached_files
from tests.support.browser_client import Enter, Visitor
from tests.support.console import World
from tests.support.forms import hidden_field
from tests.support.redaction import item_with_pictures
from yiyuan.db.session import transaction
from yiyuan.models import Asset, Decision, Finding, Verdict


def _sign(person: Visitor, item_id: int, verdict: str = "approve", **more: str) -> int:
    page = person.page(f"/items/{item_id}/decide")
    fields = {"version": hidden_field(page, "version"), "digest": hidden_field(page, "digest"), "verdict": verdict}
    answers = dict.fromkeys(re.findall(r'type="checkbox" name="(answer-[^"]+)"', page), "yes")
    answers |= dict.fromkeys(re.findall(r'<textarea[^>]+name="(answer-[^"]+)"', page), "已补充指南出处")
    return person.send(f"/items/{item_id}/decide", fields | answers | more).status_code


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
    fields = {"version": hidden_field(page, "version"), "digest": hidden_field(page, "digest"), "verdict": "approve"}
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
        "version": hidden_field(form, "version"),
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
    old = {
        "version": int(hidden_field(page, "version")) - 1,
        "digest": hidden_field(page, "digest"),
        "verdict": "approve",
    }
    answer = reviewer.send(f"/items/{item_id}/decide", old)
    assert answer.status_code == 409 and "刷新" in answer.text
    answer = reviewer.send(
        f"/items/{item_id}/decide", old | {"version": hidden_field(page, "version"), "digest": "0" * 64}
    )
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


def test_what_no_checker_checked_is_ticked_by_name(world: World, visitor: Enter) -> None:
    item_id = world.naming()
    publicity = visitor("publicity")
    page = publicity.page(f"/items/{item_id}")
    assert "语音已人工核听" in page
    path = re.search(r'action="(/verdicts/\d+/tick)"', page)
    assert path is not None
    assert publicity.send(path[1]).status_code == 303
    assert "陈晓 已人工核对" in visitor("doctor").page(f"/items/{item_id}")


def test_attached_pictures_stand_where_one_signs(world: World, visitor: Enter) -> None:
    item_id, photo, _paper = item_with_pictures(world)
    with transaction(read_only=True) as s:
        copy = attached_files.copy_of(s, s.get_one(Asset, photo))
    assert copy is not None
    assert f'src="/media/{copy.id}"' in visitor("doctor").page(f"/items/{item_id}/decide")
