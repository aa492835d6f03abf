"""Findings a person acts on: publicity waives what must be fixed or calls it a false alarm, and the sheet says so."""

import re

from sqlalchemy import select

from compliance.advertising.active_pack import own_folder
from review.approval import gate
from review.intake import pipeline
from review.submission import submission
from tests.support.browser_client import Enter
from tests.support.console import World
from yiyuan.codes import Severity, VerdictKind
from yiyuan.db.session import transaction
from yiyuan.models import Finding, Verdict, WaiverRequest


def _must_fix(world: World, item_id: int) -> int:
    found = Finding(
        revision_id=world.revision(item_id).id,
        checker="advertising",
        rule="MA05",
        severity="must_fix",
        field="caption",
        title="绝对化用语",
        excerpt="最先进",
        basis="《广告法》第九条第三项",
        suggestion="改为“常用”",
    )
    with transaction() as s:
        s.add(found)
        s.flush()
        return found.id


def test_what_must_be_fixed_can_be_called_a_false_alarm_with_a_reason(world: World, visitor: Enter) -> None:
    item_id = world.in_review(clean=True)
    finding_id = _must_fix(world, item_id)
    publicity, doctor = visitor("publicity"), visitor("doctor")
    assert f'action="/findings/{finding_id}/waive"' in publicity.page(f"/items/{item_id}/decide")
    assert f'action="/findings/{finding_id}/waive"' not in doctor.page(f"/items/{item_id}/decide")
    fields = {"reason": "“最先进”是被引述的错误说法", "disposition": "false_alarm"}
    assert publicity.send(f"/findings/{finding_id}/waive", fields).status_code == 303
    for role in ("doctor", "reviewer", "publicity"):
        world.decide(role, item_id)
    sheet = doctor.page(f"/items/{item_id}/sheet")
    assert "“最先进”是被引述的错误说法" in sheet and "《广告法》第九条第三项" in sheet and "误报" in sheet


def test_an_author_asks_for_a_waiver_and_is_told_of_it(world: World, visitor: Enter) -> None:
    item_id = world.in_review(clean=True)
    finding_id = _must_fix(world, item_id)
    publicity, doctor = visitor("publicity"), visitor("doctor")
    path = f"/findings/{finding_id}/ask"
    assert f'action="{path}"' in doctor.page(f"/items/{item_id}")
    assert f'action="{path}"' not in publicity.page(f"/items/{item_id}/decide"), "who may waive need not ask"
    assert doctor.send(path, {"reason": " 好 "}).status_code == 422
    assert doctor.send(path, {"reason": "这里引用的是设备铭牌原文"}).status_code == 303
    assert f"/items/{item_id}/decide#finding-{finding_id}" in publicity.page("/notices")
    assert "申请豁免：这里引用的是设备铭牌原文" in publicity.page(f"/items/{item_id}/decide")
    assert f'action="{path}"' not in doctor.page(f"/items/{item_id}"), "it waits for an answer"
    with transaction(read_only=True) as s:
        finding, request = s.get_one(Finding, finding_id), s.scalars(select(WaiverRequest)).one()
    assert (finding.disposition, finding.disposed_by, finding.reason) == ("open", None, "")
    assert (request.finding_id, request.asked_by, request.answered_at) == (finding_id, world.staff["doctor"].id, None)
    assert "必须修改" in doctor.page(f"/items/{item_id}"), "asking lets nothing pass"
    publicity.send(f"/findings/{finding_id}/waive", {"reason": "铭牌原文，可以保留", "disposition": "waived"})
    assert "宣传部已同意豁免" in doctor.page("/notices")
    assert doctor.send(path, {"reason": "这里引用的是设备铭牌原文"}).status_code == 409
    with transaction(read_only=True) as s:
        request = s.scalars(select(WaiverRequest)).one()
    assert (request.answered_by, request.reason) == (world.staff["publicity"].id, "这里引用的是设备铭牌原文")
    page = doctor.page(f"/items/{item_id}")
    assert "铭牌原文，可以保留" in page and "申请豁免：" not in page


def test_each_checker_says_what_it_found(world: World, visitor: Enter) -> None:
    page = visitor("doctor").page(f"/items/{world.in_review()}")
    shown = re.search(r'<div class="verdicts">(.*?)</section>', page, re.S)
    assert shown is not None
    assert all(word in shown[1] for word in ("医疗广告红线", "知情同意", "未发现问题", "未核验", "已处理"))


def test_a_found_scene_is_not_shown_as_settled_and_one_nobody_looked_for_can_be_ticked(
    world: World, visitor: Enter
) -> None:
    item_id = world.in_review(clean=True)
    shared = {"revision_id": world.revision(item_id).id, "checker": "scenes"}
    with transaction() as s:
        row = Verdict(**shared, verdict="found")
        scene = Finding(
            revision_id=shared["revision_id"], checker="privacy", rule="scene.nudity", severity="must_fix", title="裸露"
        )
        s.add_all([row, scene])
        s.flush()
        verdict_id = row.id
    doctor = visitor("doctor")
    assert "有发现" in _scenes(doctor.page(f"/items/{item_id}"))
    with transaction() as s:
        s.get_one(Verdict, verdict_id).verdict = VerdictKind.NOT_CHECKED
    shown = _scenes(doctor.page(f"/items/{item_id}"))
    assert "未核验" in shown and "已人工核对" in shown and "语音" not in shown
    assert doctor.send(f"/verdicts/{verdict_id}/tick").status_code == 303
    assert "王敏 已人工核对" in _scenes(doctor.page(f"/items/{item_id}"))


def _scenes(page: str) -> str:
    """The verdict on scenes on the page of an item."""
    shown = re.search(r"<div>\s*隐私部位\s(.*?)</div>\s*<div>|<div>\s*隐私部位\s(.*?)</section>", page, re.S)
    assert shown is not None
    return shown[1] or shown[2]


RULE = """
rules:
  - id: HX01
    title: 涉及在研临床试验，须伦理办公室接手
    severity: alert
    classes: kepu
    basis:
      - {law: 本院规定, mark: T}
    last_verified: 2026-11-01
    suggestion: 请联系伦理办公室确认后再发布
    triggers:
      - terms: 入组招募
    examples:
      hit: [本项目正在入组招募]
      clean: [今天说说在家量血压]
"""


def test_an_alert_of_the_hospitals_own_pack_is_shown_and_stops_the_signature(world: World, visitor: Enter) -> None:
    """A person must take it: the item page shows it, nobody signs past it, publicity may answer for it."""
    own_folder().mkdir(parents=True)
    (own_folder() / "own.yaml").write_text(RULE, "utf-8")
    item_id = world.draft(caption="本院高血压新药研究正在入组招募。")
    with transaction() as s:
        submission.submit(s, world.staff["doctor"], item_id, world.item(item_id).version)
    pipeline.run(world.revision(item_id).id)
    doctor, publicity = visitor("doctor"), visitor("publicity")
    page = doctor.page(f"/items/{item_id}")
    title = "涉及在研临床试验，须伦理办公室接手"
    assert title in page and "须人工接手" in page
    with transaction(read_only=True) as s:
        found = s.query(Finding).filter(Finding.rule == "HX01").one()
    assert found.severity is Severity.ALERT
    assert f'action="/findings/{found.id}/ask"' in page, "the author may ask publicity to take it"
    doctor.send(f"/items/{item_id}/accept", {"version": world.item(item_id).version})
    assert any(title in line for line in unmet_of(world, item_id))
    assert title in visitor("doctor").page(f"/items/{item_id}/decide")
    fields = {"version": world.item(item_id).version, "digest": world.revision(item_id).digest, "verdict": "approve"}
    answers = {f"answer-{key}": value for key, value in world.answers(item_id).items()}
    refused = doctor.send(f"/items/{item_id}/decide", fields | answers)
    assert refused.status_code == 403 and title in refused.text
    answer = publicity.send(f"/findings/{found.id}/waive", {"reason": "伦理办公室已确认，批件编号 2026-18"})
    assert answer.status_code == 303
    assert not any(title in line for line in unmet_of(world, item_id))


def unmet_of(world: World, item_id: int) -> list[str]:
    with transaction(read_only=True) as s:
        return gate.unmet(s, world.revision(item_id))
