"""试查文案 in a browser: marks come while typing, lie where the words lie, and stay there when text is put before."""

import pytest

from tests.browser.conftest import WIDTHS, Visit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", WIDTHS)
def test_marks_follow_the_typing(visit: Visit, width: int) -> None:
    person = visit("publicity", width)
    page = person.open("/trial")
    area, marks = page.locator("#f-text"), page.locator(".behind mark")
    area.press_sequentially("三天断根😀。\n测血压前静坐。", delay=5)
    page.locator("#trial-result .finding").first.wait_for()
    assert "断根" in "".join(marks.all_inner_texts())
    before = marks.last.bounding_box()
    area.press("Control+Home")
    area.press_sequentially("专家说。\n")
    assert "断根" in "".join(marks.all_inner_texts())  # at once, before any answer
    after = marks.last.bounding_box()
    assert before and after and after["y"] > before["y"] + 15
    area.fill("窝沟封闭能预防龋齿，适合六岁左右的孩子。")
    page.get_by_text("没有触及红线").wait_for()
    assert marks.count() == 0
    page.select_option("[name=content_class]", "promo")
    page.check("[name=price]")
    page.locator("#trial-result .finding").first.wait_for()
    assert person.overflow() <= 0 and person.faults == []


def test_the_text_and_its_marks_have_one_measure(visit: Visit) -> None:
    page = visit("publicity", 390).open("/trial")
    page.fill("#f-text", "很长的一行" * 60 + "\n三天断根\n" + "末尾" * 40)
    page.locator(".behind mark").first.wait_for()
    sizes = page.evaluate(
        "['#f-text', '.behind'].map(q => {const e = document.querySelector(q); return [e.clientWidth, e.scrollHeight]})"
    )
    assert sizes[0] == sizes[1]
