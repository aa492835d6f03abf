"""Every page shows what is there, in Chinese, to the person it is for."""

import pytest

from tests.support.browser_client import Enter
from tests.support.console import TEXTS, World


def test_every_state_of_an_item_has_its_page(world: World, visitor: Enter) -> None:
    doctor = visitor("doctor")
    wanted = {
        world.draft("草稿一篇"): "草稿，尚未提交",
        world.processing(): "正在处理：识别人脸与画面文字",
        world.failed(): "视频已损坏或没有传完",
        world.naming("待确认一篇"): "等作者确认脱敏结果",
        world.in_review("审核中一篇", level=2): "现在由 李国强 签署",
        world.returned(): "绝对化用语",
        world.approved("通过一篇"): "三级审核已通过",
    }
    for item_id, words in wanted.items():
        page = doctor.page(f"/items/{item_id}")
        assert words in page
    listed = doctor.page("/items")
    assert all(title in listed for title in ("草稿一篇", "待确认一篇", "审核中一篇", "通过一篇"))


def test_item_page_shows_findings_with_their_basis_and_pins(world: World, visitor: Enter) -> None:
    item_id = world.naming()
    page = visitor("doctor").page(f"/items/{item_id}")
    assert "民法典 第一千二百二十六条" in page
    assert 'class="pin block"' in page and 'data-first="1.5"' in page
    assert "待核" in page and "数据未注明来源" in page
    assert '<mark class="block"' in page
    assert "语音没有字幕可核对" in page


@pytest.mark.parametrize(
    ("role", "path", "words"),
    [
        ("doctor", "/", "王敏，您好"),
        ("doctor", "/items/new", "存为草稿"),
        ("publicity", "/accounts", "各平台能做什么"),
        ("publicity", "/accounts/new/bilibili", "授权码"),
        ("publicity", "/accounts/new/official_account", "AppSecret"),
        ("publicity", "/holds", "立即暂停全部发布"),
        ("publicity", "/events", "人工上报"),
        ("administrator", "/staff", "添加人员"),
        ("administrator", "/departments", "添加科室"),
        ("administrator", "/calendars", "添加日历"),
        ("pharmacy", "/duties", "没有等您处理的任务"),
        ("care_manager", "/", "您好"),
        ("privacy_officer", "/consents", "知情同意"),
        ("doctor", "/roster", "登记请假"),
        ("administrator", "/", "人员与角色"),
        ("auditor", "/audit?check=1", "审计链完整"),
        ("leader", "/inbox", "没有等您审核的稿件"),
        ("operations", "/posts", "没有发布单"),
        ("doctor", "/notices", "没有待签收的通知"),
        ("doctor", "/me", "修改密码"),
    ],
)
def test_page_of_a_role(world: World, visitor: Enter, role: str, path: str, words: str) -> None:
    assert words in visitor(role).page(path)


def test_inbox_lists_what_waits_and_counts_lights(world: World, visitor: Enter) -> None:
    item_id = world.in_review("等科主任", level=2)
    page = visitor("reviewer").page("/inbox")
    assert "等科主任" in page and f"/items/{item_id}/decide#approve" in page
    assert "时间充裕 <b>1</b>" in page.replace("\n", "")
    assert "等科主任" not in visitor("publicity").page("/inbox")


def test_previews_show_each_platform_with_its_limits(world: World, visitor: Enter) -> None:
    item_id = world.in_review(level=2)
    page = visitor("reviewer").page(f"/items/{item_id}/previews")
    assert all(name in page for name in ("公众号", "B站", "小红书", "沙箱"))
    assert "/20" in page and TEXTS["summary"] in page


def test_live_part_answers_304_until_something_changes(world: World, visitor: Enter) -> None:
    item_id = world.processing()
    doctor = visitor("doctor")
    first = doctor.get(f"/items/{item_id}/live")
    tag = first.headers["etag"]
    assert "42%" in first.text and "约剩 1:35" in first.text
    again = doctor.get(f"/items/{item_id}/live", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_unknown_address_says_what_to_do_next(world: World, visitor: Enter) -> None:
    answer = visitor("doctor").get("/nothing-here")
    assert answer.status_code == 404
    assert "没有这个页面" in answer.text and "回到今日工作" in answer.text
