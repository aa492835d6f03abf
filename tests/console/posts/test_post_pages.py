"""A post is handed out, proved, moved and resolved by its page."""

from datetime import timedelta

from tests.support.browser_client import Enter
from tests.support.console import World
from tests.support.forms import screenshot_png
from yiyuan import clock
from yiyuan.codes import PostState
from yiyuan.db.session import transaction
from yiyuan.models import Post


def test_an_operator_posts_by_hand_and_proves_it(world: World, visitor: Enter) -> None:
    item_id = world.approved()
    post_id = world.posts(item_id)["xiaohongshu"]
    world.awaiting_person(post_id)
    operations = visitor("operations")
    pack = operations.get(f"/posts/{post_id}/pack")
    assert pack.headers["content-type"] == "application/zip" and "attachment" in pack.headers["content-disposition"]
    assert visitor("doctor").get(f"/posts/{post_id}/pack").status_code == 403
    url = f"https://www.xiaohongshu.com/explore/{'ab12' * 6}"
    data = {"csrf": operations.csrf, "url": url}
    bad = operations.client.post(
        f"/posts/{post_id}/proof", data=data, files={"screenshot": ("a.png", b"not a picture")}
    )
    assert bad.status_code == 422 and "截图无法识别" in bad.text
    good = operations.client.post(
        f"/posts/{post_id}/proof", data=data, files={"screenshot": ("a.png", screenshot_png())}
    )
    assert good.status_code == 303
    assert operations.get(f"/posts/{post_id}/proof.jpg").headers["content-type"] == "image/jpeg"
    page = operations.page(f"/posts/{post_id}")
    assert "已发布" in page and "沙箱" in page and "赵一凡" in page


def test_publicity_moves_a_post(world: World, visitor: Enter) -> None:
    post_id = world.posts(world.approved())["bilibili"]
    due = clock.local(clock.now() + timedelta(days=3))
    answer = visitor("publicity").send(f"/posts/{post_id}/reschedule", {"due_at": due.strftime("%Y-%m-%dT%H:%M")})
    assert answer.status_code == 303
    with transaction(read_only=True) as s:
        assert abs((s.get_one(Post, post_id).due_at - due).total_seconds()) < 60


def test_a_parked_post_is_resolved_by_a_person(world: World, visitor: Enter) -> None:
    post_id = world.posts(world.approved())["bilibili"]
    with transaction() as s:
        s.get_one(Post, post_id).state = PostState.PARKED
    operations = visitor("operations")
    assert "请到平台后台查看" in operations.page(f"/posts/{post_id}")
    assert operations.send(f"/posts/{post_id}/resolve", {"answer": "perhaps"}).status_code == 422
    assert operations.send(f"/posts/{post_id}/resolve", {"answer": "drop"}).status_code == 303
    assert "已撤下" in operations.page(f"/posts/{post_id}")
