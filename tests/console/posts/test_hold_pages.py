"""Releases are held and let go."""

from tests.support.browser_client import Enter
from tests.support.console import World


def test_releases_are_held_and_let_go(world: World, visitor: Enter) -> None:
    world.approved("等着发的稿件")
    operations, publicity = visitor("operations"), visitor("publicity")
    assert operations.send("/holds", {"reason": ""}).status_code == 422
    assert operations.send("/holds", {"reason": "突发舆情"}).status_code == 303
    page = operations.page("/holds")
    assert "全部发布已暂停" in page and "等着发的稿件" in page and "赵一凡" in page
    assert "全部发布已暂停" in publicity.page("/")
    assert operations.send("/holds/lift").status_code == 403
    assert publicity.send("/holds/lift").status_code == 303
    assert "立即暂停全部发布" in publicity.page("/holds")


def test_a_hold_reaches_what_goes_out_by_hand(world: World, visitor: Enter) -> None:
    item_id = world.approved("手工发布的稿件")
    post_id = world.posts(item_id)["xiaohongshu"]
    world.awaiting_person(post_id)
    operations = visitor("operations")
    assert operations.get(f"/posts/{post_id}/pack").status_code == 200
    assert operations.send("/holds", {"reason": "突发舆情"}).status_code == 303
    refused = operations.get(f"/posts/{post_id}/pack")
    assert refused.status_code == 409 and "突发舆情" in refused.text
    page = operations.page(f"/posts/{post_id}")
    assert "请先不要发" in page and "请在手机上发布" not in page and f'href="/posts/{post_id}/pack"' not in page
    assert "登记已发布" in page, "what was posted before the hold can still be proved"
    assert "手工发布的稿件" in operations.page("/holds")
    assert visitor("publicity").send("/holds/lift").status_code == 303
    assert operations.get(f"/posts/{post_id}/pack").status_code == 200
