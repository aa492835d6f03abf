"""The pages about what is out already, at both widths: nothing sticks out, nothing goes wrong."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from review.items import lookup
from review.lifecycle import recalls, rescan
from review.submission import consents
from tests.browser.conftest import WIDTHS, Visit
from tests.support.console import World
from yiyuan import clock
from yiyuan.db.session import transaction
from yiyuan.models import Consent, Post, RescanHit, Revision

pytestmark = pytest.mark.browser


@pytest.fixture
def full(world: World) -> World:
    """A live item against the rules, on a consent that has ended, one of its posts waiting for a hand."""
    item_id, naming = world.approved(), world.naming()
    posts = world.posts(item_id)
    world.live(posts["bilibili"])
    with transaction() as s:
        for subject, to_day in (("患者A", clock.today() - timedelta(days=1)), ("患者B", None)):
            consent = consents.record(
                s, world.staff["doctor"], lookup.item(s, naming), subject=subject, uses=["publish"], channels=["*"],
                from_day=date(2026, 1, 1), to_day=to_day, minor=True, guardian="母亲",
            )  # fmt: skip
        s.scalars(select(Consent)).first().item_id = item_id  # type: ignore[union-attr]
        revision = s.scalars(select(Revision).where(Revision.item_id == item_id)).one()
        revision.texts = {**revision.texts, "caption": "三天断根，永不复发，加微信 abc12345 领取"}
        assert consent.id
    rescan.run()
    recalls.sweep()
    with transaction() as s:
        for post in s.scalars(select(Post).where(Post.recalled_at.is_not(None))):
            post.recalled_at, post.live_at = clock.now() - timedelta(days=2), clock.now() - timedelta(days=9)
    world.awaiting_person(posts["xiaohongshu"])
    return world


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_fit(full: World, visit: Visit, width: int) -> None:
    with transaction(read_only=True) as s:
        item_id = s.scalars(select(RescanHit.item_id)).one()
        waiting = s.scalars(select(Post.id).where(Post.state == "awaiting_person")).one()
    person, wrong = visit("publicity", width), []
    for path in ("/consents", "/rescan", "/reports/exceptions", "/accounts", "/items/new", f"/posts/{waiting}"):
        page = person.open(path)
        page.wait_for_load_state("networkidle")
        page.evaluate("document.querySelectorAll('main details').forEach(d => { d.open = true; })")
        if person.overflow() > 0:
            wrong.append((path, person.overflow()))
    assert wrong == [] and person.faults == [] and item_id


def test_the_batch_is_taken_down_by_one_confirmation(full: World, visit: Visit) -> None:
    page = visit("publicity", 390).open("/rescan")
    page.fill("[name=reason]", "新规则：断言疗效")
    page.click("text=全部下架所选")
    page.get_by_text("已安排撤下").wait_for()
    with transaction(read_only=True) as s:
        assert s.scalars(select(RescanHit.decision)).all() == ["taken_down"]


def test_the_report_prints_without_the_menu(full: World, visit: Visit) -> None:
    page = visit("leader").open("/reports/exceptions")
    page.emulate_media(media="print")
    assert not page.locator("#side").is_visible() and page.locator("table").first.is_visible()
