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
