"""Every page at the width of a phone and of a desk: nothing sticks out, nothing goes wrong, buttons can be hit."""

import pytest

from tests.browser.conftest import WIDTHS, Visit
from tests.support.console import World

pytestmark = pytest.mark.browser


def _pages(world: World) -> dict[str, list[str]]:
    draft, processing, failed = world.draft("流感季节怎么防护"), world.processing(), world.failed()
    naming, self_check, review = world.naming(), world.in_review("自查"), world.in_review("待审", level=2)
    returned, approved = world.returned(), world.approved("通过" * 20)
    posts = world.posts(approved)
    world.live(posts["bilibili"])
    world.awaiting_person(posts["xiaohongshu"])
    event = world.event(posts["bilibili"])
    items = [f"/items/{number}" for number in (draft, processing, failed, naming, self_check, returned, approved)]
    return {
        "doctor": [
            "/", "/items", "/items/new", "/me", "/notices", "/inbox", *items, f"/items/{draft}/edit",
            f"/items/{naming}/tracks", f"/items/{self_check}/decide", f"/items/{approved}/sheet", "/posts",
        ],
        "reviewer": ["/", "/inbox", f"/items/{review}/decide", f"/items/{review}/previews"],
        "publicity": [
            "/", "/duties", "/duties?all=1", "/roster", "/playbooks/opinion",
            "/posts", f"/posts/{posts['bilibili']}", "/events",
            "/events?state=closed", f"/events/{event}",
            "/holds", "/accounts", *(f"/accounts/new/{platform}" for platform in posts),
        ],
        "operations": ["/", f"/posts/{posts['xiaohongshu']}", "/holds"],
        "auditor": ["/", "/audit", "/audit?check=1", "/items?own=0"],
        "administrator": [
            "/", "/staff", f"/staff/{world.staff['doctor'].id}", "/accounts", "/departments", "/departments/1",
            "/calendars", "/calendars/office", "/roster",
        ],
    }  # fmt: skip


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_fit_and_are_quiet(world: World, visit: Visit, width: int) -> None:
    wrong: list[tuple[str, str, object]] = []
    for login, paths in _pages(world).items():
        person = visit(login, width)
        for path in paths:
            page = person.open(path)
            page.wait_for_load_state("networkidle")
            if person.overflow() > 0:
                wrong.append((login, path, f"sticks out by {person.overflow()} px"))
            small = page.eval_on_selector_all(
                "main button, main .button",
                "all => all.filter(b => b.offsetParent && !b.classList.contains('pin') && b.offsetHeight < 30)"
                ".map(b => b.textContent.trim())",
            )
            if small:
                wrong.append((login, path, small))
            if page.locator("h1").count() != 1 and "/sheet" not in path:
                wrong.append((login, path, "not one heading"))
        wrong += [(login, "console", fault) for fault in person.faults]
    assert wrong == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_bar_of_a_phone_and_the_menu_of_a_desk(world: World, visit: Visit, width: int) -> None:
    page = visit("publicity", width).open("/")
    assert page.locator("nav.bottom").is_visible() == (width < 500)
    assert page.locator("#side a", has_text="平台账号").is_visible()


def test_a_label_for_every_field(world: World, visit: Visit) -> None:
    person = visit("doctor")
    for path in ("/items/new", "/me", f"/items/{world.naming()}/tracks"):
        page = person.open(path)
        nameless = page.eval_on_selector_all(
            "main input:not([type=hidden]), main textarea, main select",
            "all => all.filter(f => !f.labels?.length && !f.getAttribute('aria-label')).map(f => f.name)",
        )
        assert nameless == [], path


def test_the_sheet_prints_on_one_page_without_the_menu(world: World, visit: Visit) -> None:
    page = visit("doctor").open(f"/items/{world.approved()}/sheet")
    page.emulate_media(media="print")
    assert not page.locator("#side").is_visible() and not page.locator(".top").is_visible()
    assert page.locator(".paper").is_visible() and page.locator(".ring").is_visible()
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
