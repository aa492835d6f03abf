"""What people do with thumb and keyboard, scripts running."""

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from review.items import lookup, moves
from tests.browser.conftest import Visit
from tests.support.console import World, clip
from tests.support.server import Serving
from yiyuan.codes import IntakeStage, ItemState
from yiyuan.db.session import transaction
from yiyuan.models import Asset
from yiyuan.settings import settings

pytestmark = pytest.mark.browser


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(clip())
    return path


def test_a_doctor_submits_from_a_phone(world: World, visit: Visit, video: Path) -> None:
    doctor = visit("doctor", 390)
    page = doctor.open("/items/new")
    page.fill("[name=title]", "心梗前的五个信号")
    page.fill("[name=summary]", "胸口发紧别硬扛")
    page.check(f"[name=accounts][value='{world.accounts[1]}']")
    page.set_input_files("[name=video]", video)
    page.click("text=提交处理")
    expect(page.locator("[role=status]").first).to_contain_text("已提交")
    expect(page.locator("main")).to_contain_text("正在处理")
    with transaction(read_only=True) as s:
        asset = s.query(Asset).filter(Asset.role == "video").one()
    assert (asset.kind, asset.size) == ("original", len(clip()))
    assert doctor.faults == []


def test_a_failed_upload_continues_the_same_draft(world: World, visit: Visit, video: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.mp4"
    empty.touch()
    doctor = visit("doctor", 390)
    page = doctor.open("/items/new")
    page.fill("[name=title]", "心梗前的五个信号")
    page.check(f"[name=accounts][value='{world.accounts[1]}']")
    page.set_input_files("[name=video]", empty)
    page.click("text=提交处理")
    expect(page.locator("#toast")).to_contain_text("文件是空的")
    assert page.input_value("[name=title]") == "心梗前的五个信号"
    page.set_input_files("[name=video]", video)
    page.click("text=提交处理")
    expect(page.locator("[role=status]").first).to_contain_text("已提交")
    page.goto(f"{doctor.base}/items")
    assert page.locator(".rows > li").count() == 1


def test_a_file_that_is_too_large_never_leaves_the_phone(
    world: World, visit: Visit, video: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIYUAN_UPLOAD_MAX_BYTES", "1000")
    settings.cache_clear()
    page = visit("doctor", 390).open("/items/new")
    page.fill("[name=title]", "太大")
    page.set_input_files("[name=video]", video)
    page.click("text=提交处理")
    expect(page.locator("#toast")).to_contain_text("上限")
    assert page.url.endswith("/items/new")


def test_progress_moves_by_itself_and_the_page_turns_when_it_is_done(world: World, visit: Visit) -> None:
    item_id = world.processing(share=0.2)
    page = visit("doctor").open(f"/items/{item_id}")
    expect(page.locator("progress").first).to_have_js_property("value", 0.2)
    with transaction() as s:
        revision = lookup.revision(s, lookup.item(s, item_id))
        revision.progress, revision.stage, revision.eta_seconds = 0.7, IntakeStage.RENDER, 12.0
    expect(page.locator("[data-live]")).to_contain_text("打码并生成新视频", timeout=8000)
    with transaction() as s:
        moves.moved(lookup.item(s, item_id), ItemState.NAMING)
    expect(page.locator("main")).to_contain_text("请确认脱敏结果", timeout=8000)


def test_the_player_obeys_the_keyboard_and_its_pins(world: World, visit: Visit) -> None:
    person = visit("doctor")
    page = person.open(f"/items/{world.naming()}")
    page.wait_for_function("document.querySelector('video').readyState >= 1")
    now = "document.querySelector('video').currentTime"
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"Math.abs({now} - 5) < 0.2")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"{now} < 0.2")
    page.keyboard.press("]")
    assert page.evaluate("document.querySelector('video').playbackRate") == 1.25
    page.keyboard.press("[")
    page.keyboard.press(" ")
    page.wait_for_function("!document.querySelector('video').paused")
    page.keyboard.press(" ")
    page.wait_for_function("document.querySelector('video').paused")
    pin = page.locator(".pin").first
    assert abs(pin.evaluate("p => parseFloat(p.style.left)") - 25) < 1  # 1.5 s of 6 s
    pin.click()
    page.wait_for_function(f"Math.abs({now} - 1.5) < 0.2")
    expect(page.locator(".finding.here")).to_contain_text("画面文字含患者姓名")
    expect(page.locator(".frame-box")).to_be_visible()
    assert person.faults == []


def test_the_inbox_is_worked_with_keys(world: World, visit: Visit) -> None:
    first, second = world.in_review("第一篇", level=2), world.in_review("第二篇", level=2)
    person = visit("reviewer")
    page = person.open("/inbox")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(".pick[aria-selected=true]")).to_contain_text("第二篇")
    page.keyboard.press("k")
    expect(page.locator(".pick[aria-selected=true]")).to_contain_text("第一篇")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/items/{first}/decide")
    page.keyboard.press("a")
    expect(page.locator("button[value=approve]")).to_be_focused()
    person.open("/inbox")
    page.locator("button", has_text="速览").first.click()
    expect(page.locator(f"#brief-{first}")).to_contain_text("患者隐私")
    assert second and person.faults == []


def test_a_refusal_is_said_and_nothing_typed_is_lost(world: World, visit: Visit) -> None:
    item_id = world.in_review(level=2)
    page = visit("reviewer", 390).open(f"/items/{item_id}/decide")
    page.click("button[value=return]")
    expect(page.locator("#toast")).to_contain_text("必须写明理由")
    page.fill("[name=reason]", "“根治”请改为“控制”")
    page.click("button[value=return]")
    expect(page.locator("[role=status]")).to_contain_text("已退回作者修改")
    expect(page).to_have_url(re.compile("/inbox$"))


def test_an_author_checks_himself_and_signs(world: World, visit: Visit) -> None:
    item_id = world.in_review()
    page = visit("doctor", 390).open(f"/items/{item_id}/decide")
    for box in page.locator("[type=checkbox][name^=answer-]").all():
        box.check()
    page.locator("textarea[name^=answer-]").fill("已补充指南出处")
    page.click("button[value=approve]")
    expect(page.locator("[role=status]")).to_contain_text("已签署同意")
    assert world.item(item_id).level == 2


def test_naming_a_colleague_asks_for_the_agreement(world: World, visit: Visit) -> None:
    item_id = world.naming()
    page = visit("doctor", 390).open(f"/items/{item_id}/tracks")
    field = page.locator("[name^=agreement-]").first
    expect(field).to_be_hidden()
    page.locator("[name^=naming-][value=staff]").first.check()
    expect(field).to_be_visible()
    field.fill("王敏本人，同意公开发布")
    page.locator("[name^=naming-][value=patient]").last.check()
    page.click("text=保存指认")
    expect(page.locator("[role=status]").first).to_contain_text("已保存指认")
    page.goto(page.url.partition("/items/")[0] + f"/items/{item_id}")
    page.check("[name=seen]")
    page.click("text=确认并送审")
    expect(page.locator("[role=status]").first).to_contain_text("已确认脱敏结果")


def test_an_operator_proves_a_post_from_the_phone(world: World, visit: Visit, tmp_path: Path) -> None:
    post_id = world.posts(world.approved())["xiaohongshu"]
    world.awaiting_person(post_id)
    picture, target = tmp_path / "shot.png", io.BytesIO()
    Image.new("RGB", (200, 400), "white").save(target, "PNG")
    picture.write_bytes(target.getvalue())
    page = visit("operations", 390).open(f"/posts/{post_id}")
    page.fill("[name=url]", f"https://www.xiaohongshu.com/explore/{'ab12' * 6}")
    page.set_input_files("[name=screenshot]", picture)
    page.click("text=登记已发布")
    expect(page.locator("[role=status]")).to_contain_text("已登记发布凭证")
    expect(page.locator("h1")).to_contain_text("已发布")


def test_a_lapsed_session_leads_back_after_login(world: World, visit: Visit) -> None:
    item_id = world.in_review(level=2)
    person = visit("reviewer")
    page = person.open(f"/items/{item_id}")
    person.context.clear_cookies()
    page.click("text=去审核")
    page.fill("[name=login]", "reviewer")
    page.fill("[name=password]", "correct-horse-9")
    page.click("button.main")
    page.wait_for_url(f"**/items/{item_id}/decide")


def test_everything_works_without_scripts(world: World, chromium: Browser, serving: Serving) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    base = serving.url
    page.goto(f"{base}/login")
    page.fill("[name=login]", "reviewer")
    page.fill("[name=password]", "correct-horse-9")
    page.click("button.main")
    item_id = world.in_review(level=2)
    page.goto(f"{base}/items/{item_id}/decide")
    page.fill("[name=reason]", "请补充来源")
    page.click("button[value=return]")
    assert page.url.endswith("/inbox?done=return")
    context.close()
