"""Drawing a box over the film with a mouse and with a finger; the box lands in pixels of the video."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser.conftest import Visit
from tests.support.browser_page import wait_until
from tests.support.console import HEIGHT, WIDTH, World
from tests.support.redaction import item_with_film
from yiyuan.db.session import transaction
from yiyuan.models import MaskBox

pytestmark = pytest.mark.browser


def place(page: Page) -> tuple[float, float, float]:
    """Left, top and scale of the picture in the window."""
    seen = page.locator(".stage video").bounding_box()
    assert seen is not None
    scale = min(seen["width"] / WIDTH, seen["height"] / HEIGHT)
    left = seen["x"] + (seen["width"] - WIDTH * scale) / 2
    return left, seen["y"] + (seen["height"] - HEIGHT * scale) / 2, scale


def drag(page: Page, box: tuple[int, int, int, int]) -> None:
    """From the top left to the bottom right corner of a box in pixels of the video."""
    left, top, scale = place(page)
    x, y, w, h = box
    page.mouse.move(left + x * scale, top + y * scale)
    page.mouse.down()
    page.mouse.move(left + (x + w / 2) * scale, top + (y + h / 2) * scale)
    page.mouse.move(left + (x + w) * scale, top + (y + h) * scale)
    page.mouse.up()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_box_is_drawn_over_a_span_of_the_film(world: World, visit: Visit, width: int) -> None:
    item_id = item_with_film(world)
    person = visit("doctor", width)
    page = person.open(f"/items/{item_id}/tracks")
    wait_until(page, "document.querySelector('.stage video').videoWidth > 0")
    assert person.overflow() <= 0
    page.locator("[data-part=pencil]").click()
    drag(page, (228, 48, 68, 66))
    expect(page.locator("[data-part=said]")).to_contain_text("像素")
    assert page.locator("[data-part=pencil]").get_attribute("aria-pressed") == "false"
    page.fill("#f-first", "1.5")
    page.evaluate("document.querySelector('.stage video').currentTime = 3")
    wait_until(page, "!document.querySelector('.stage video').seeking")
    page.locator("[data-now=last]").click()
    page.click("text=添加遮盖")
    expect(page.locator("main > [role=status]")).to_contain_text("已记录画框")
    with transaction(read_only=True) as s:
        mask = s.scalars(select(MaskBox)).one()
    drawn = (mask.x, mask.y, mask.w, mask.h)
    assert all(abs(a - b) <= 2 for a, b in zip(drawn, (228, 48, 68, 66), strict=True)), drawn
    assert mask.first_seconds == 1.5
    assert mask.last_seconds == pytest.approx(3, abs=0.1)
    page.locator("[data-mask] [data-seek]").click()
    expect(page.locator(".stage .standing")).to_be_visible()
    page.locator("[data-mask] button.danger").click()
    expect(page.locator("main > [role=status]")).to_contain_text("已删除画框")
    expect(page.locator("[data-mask]")).to_have_count(0)
    assert person.faults == []


def test_a_slip_of_the_finger_draws_nothing(world: World, visit: Visit) -> None:
    item_id = item_with_film(world)
    page = visit("doctor", 390).open(f"/items/{item_id}/tracks")
    wait_until(page, "document.querySelector('.stage video').videoWidth > 0")
    page.locator("[data-part=pencil]").click()
    drag(page, (100, 50, 2, 2))
    expect(page.locator("[data-part=said]")).to_contain_text("还没有画框")
    assert page.input_value("[data-side=w]") == ""
    page.keyboard.press("Escape")
    assert page.locator("[data-part=pencil]").get_attribute("aria-pressed") == "false"
