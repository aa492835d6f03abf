"""The second opinion on an uncertain comment comes after the page, and nothing sticks out."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tests.browser.conftest import WIDTHS, Visit
from tests.support.console import World
from yiyuan.codes import Sentiment
from yiyuan.db.session import transaction
from yiyuan.models import Mention

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", WIDTHS)
def test_it_is_loaded_after_the_page(world: World, visit: Visit, width: int) -> None:
    post_id = world.posts(world.approved())["bilibili"]
    world.live(post_id)
    event_id = world.event(post_id)
    with transaction() as s:
        mention = s.scalars(select(Mention).where(Mention.external_id == "c3")).one()
        mention.label, mention.text = Sentiment.UNCERTAIN, "等了两个小时才看上，" * 20 + "医生态度还行吧"
    publicity = visit("publicity", width)
    page = publicity.open(f"/events/{event_id}")
    expect(page.locator("#comments .comment.uncertain")).to_contain_text("参考：SnowNLP 负面", timeout=60_000)
    expect(page.locator("#comments .comment.negative").first).not_to_contain_text("SnowNLP")
    expect(page.locator("#comments + p")).to_contain_text("只供人参考")
    assert publicity.overflow() <= 0
    assert publicity.faults == []
