"""Attached pictures on the contact sheet: turning pages, drawing with a mouse, a finger and the keys, undoing it."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser.conftest import Visit
from tests.support.browser_page import wait_until
from tests.support.console import WIDTH, World
from tests.support.redaction import item_with_pictures
from yiyuan.db.session import transaction
from yiyuan.models import MaskBox

pytestmark = pytest.mark.browser


def loaded(page: Page, original: int) -> None:
    """The picture of a board is there and laid out."""
    image = f"document.querySelector('#board-{original} img')"
    wait_until(page, f"{image}.complete && {image}.naturalWidth > 0")


def drag(page: Page, original: int, box: tuple[int, int, int, int]) -> None:
    """From corner to corner of a box in pixels of the picture."""
    page.locator(f"#board-{original} .sight").scroll_into_view_if_needed()
    seen = page.locator(f"#board-{original} .canvas").bounding_box()
    assert seen is not None
    scale, (x, y, w, h) = seen["width"] / WIDTH, box
    page.mouse.move(seen["x"] + x * scale, seen["y"] + y * scale)
    page.mouse.down()
    page.mouse.move(seen["x"] + (x + w / 2) * scale, seen["y"] + (y + h / 2) * scale)
    page.mouse.move(seen["x"] + (x + w) * scale, seen["y"] + (y + h) * scale)
    page.mouse.up()


def marks() -> list[tuple[int, int, int, int, int, float, float]]:
    with transaction(read_only=True) as s:
        standing = s.scalars(select(MaskBox).where(MaskBox.removed_at.is_(None)))
        return [(m.asset_id, m.x, m.y, m.w, m.h, m.first_seconds, m.last_seconds) for m in standing]


@pytest.mark.parametrize("width", [390, 1280])
def test_a_box_is_drawn_on_the_second_page_and_undone(world: World, visit: Visit, width: int) -> None:
    item_id, _photo, paper = item_with_pictures(world)
    person = visit("doctor", width)
    page = person.open(f"/items/{item_id}/tracks")
    board = page.locator(f"#board-{paper}")
    loaded(page, paper)
    assert person.overflow() <= 0
    expect(board.locator(".shape")).to_have_count(2)
    expect(board.locator(".shape:visible")).to_have_count(0)
    board.locator("[data-step='1']").click()
    expect(board.locator(".shape:visible")).to_have_count(2)
    board.locator("[data-part=pencil]").click()
    drag(page, paper, (200, 20, 80, 60))
    expect(board.locator("[data-part=said]")).to_contain_text("像素")
    assert board.locator("[data-part=from]").input_value() == board.locator("[data-part=to]").input_value() == "2"
    board.locator("button.main").click()
    expect(page.locator("main > [role=status]")).to_contain_text("已记录画框")
    [(asset, *box, first, last)] = marks()
    assert (asset, first, last) == (paper, 1.0, 1.0)
    assert all(abs(a - b) <= 2 for a, b in zip(box, (200, 20, 80, 60), strict=True)), box
    loaded(page, paper)
    expect(board.locator(".shape.drawn")).to_be_visible()
    assert board.locator("[data-part=page]").input_value() == "2", "the page is kept"
    board.locator("li button.danger").click()
    expect(page.locator("main > [role=status]")).to_contain_text("已删除画框")
    expect(board.locator(".shape.drawn")).to_have_count(0)
    assert marks() == []
    assert person.faults == []


def test_everything_can_be_done_with_the_keys(world: World, visit: Visit) -> None:
    item_id, photo, paper = item_with_pictures(world)
    person = visit("doctor")
    page = person.open(f"/items/{item_id}/tracks")
    loaded(page, photo)
    page.locator(f"#board-{paper} .sight").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(f"#board-{paper} [data-part=page]")).to_have_value("2")
    loaded(page, paper)
    page.keyboard.press("d")
    expect(page.locator(f"#board-{paper} .fresh")).to_be_visible()
    for key in ("ArrowLeft", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowDown"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "添加遮盖"
    page.keyboard.press("Enter")
    expect(page.locator("main > [role=status]")).to_contain_text("已记录画框")
    step = round(WIDTH / 50)
    [(asset, x, _y, w, _h, first, last)] = marks()
    assert (asset, first, last) == (paper, 1.0, 1.0)
    assert (abs(x - (WIDTH * 0.4 - step)) <= 1, abs(w - (WIDTH / 5 + step)) <= 1) == (True, True), (x, w)
    page.locator(f"#board-{paper} .sight").focus()
    page.keyboard.press("d")
    page.keyboard.press("Escape")
    expect(page.locator(f"#board-{paper} .fresh")).to_be_hidden()
    assert person.faults == []


@pytest.mark.parametrize("width", [390, 1280])
def test_a_place_leads_to_its_decision_and_back(world: World, visit: Visit, width: int) -> None:
    item_id, photo, paper = item_with_pictures(world)
    person = visit("doctor", width)
    page = person.open(f"/items/{item_id}/tracks")
    loaded(page, photo)
    page.locator(f"#board-{photo} .shape.face").click()
    assert "naming-" in page.evaluate("document.activeElement.name")
    page.locator(f"#board-{photo} .shape.text").click()
    expect(page.locator("details[open] [name=reason]")).to_be_visible()
    page.locator(f".track [data-turn=board-{paper}]").click()
    expect(page.locator(f"#board-{paper} [data-part=page]")).to_have_value("2")
    expect(page.locator(f"#board-{paper} .shape.here")).to_be_visible()
    assert person.faults == []
