"""What an author does with an item of hers."""

from tests.support.browser_client import Enter
from tests.support.console import World
from tests.support.forms import hidden_field


def test_an_author_takes_an_item_back(world: World, visitor: Enter) -> None:
    item_id = world.in_review(level=2)
    doctor = visitor("doctor")
    page = doctor.page(f"/items/{item_id}")
    answer = doctor.send(f"/items/{item_id}/withdraw", {"version": hidden_field(page, "version"), "reason": "内容有误"})
    assert answer.status_code == 303 and "已撤回" in doctor.page(f"/items/{item_id}")
    assert "没有等您审核的稿件" in visitor("reviewer").page("/inbox")
