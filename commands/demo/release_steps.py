"""Release on three channels; the third by hand, as an operator does it on the phone."""

import io
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from pylopdf_fonts_zh_cn import sans_path
from sqlalchemy.orm import Session

from commands.demo import state_queries
from commands.demo.context import Stage, Step
from yiyuan.codes import PostState
from yiyuan.errors import Failed
from yiyuan.i18n import _
from yiyuan.models import Post, Variant

BY_HAND = "xiaohongshu"
PATIENCE = 180.0
ENDED_BADLY = {PostState.REFUSED, PostState.PARKED, PostState.WITHDRAWN}


def wait_for_posts(stage: Stage, item_id: int, step: Step, expected: int) -> None:
    """Wait until each post is live, or waits for a person where a person must do it."""

    def look(s: Session) -> bool | None:
        posts = state_queries.posts(s, item_id)
        stage.tell(step, "、".join(f"{post.platform} {post.state}" for post in posts))
        if bad := [post for post in posts if post.state in ENDED_BADLY]:
            raise Failed(_("{platform} 没有发成：{why}").format(platform=bad[0].platform, why=bad[0].message))
        wanted = {True: PostState.AWAITING_PERSON, False: PostState.LIVE}
        ready = all(post.state in {PostState.LIVE, wanted[post.platform == BY_HAND]} for post in posts)
        return True if ready and len(posts) == expected else None

    stage.until(look, PATIENCE, _("各平台发布完成"))


def _handed_off(s: Session, item_id: int) -> tuple[Post, Variant] | None:
    found = [post for post in state_queries.posts(s, item_id) if post.platform == BY_HAND]
    return (found[0], s.get_one(Variant, found[0].variant_id)) if found else None


def screenshot(title: str) -> bytes:
    """What the operator's phone shows after posting, PNG."""
    picture = Image.new("RGB", (720, 1280), (255, 255, 255))
    draw, font = ImageDraw.Draw(picture), ImageFont.truetype(str(sans_path()), 36)
    draw.rectangle((0, 0, 720, 640), fill=(226, 232, 240))
    draw.text((36, 690), title[:18], fill=(20, 20, 20), font=font)
    draw.text((36, 1180), _("发布成功（沙箱）"), fill=(120, 120, 120), font=font)
    kept = io.BytesIO()
    picture.save(kept, "PNG")
    return kept.getvalue()


def post_by_hand(stage: Stage, item_id: int) -> str:
    """Fetch the pack, post on the phone (the sandbox plays it), and prove it with link and screenshot."""
    found = stage.read(lambda s: _handed_off(s, item_id))
    if found is None:
        raise Failed(_("没有小红书的发布单"))
    post, variant = found
    operator = stage.person("xu")
    pack = operator.client.get(f"/posts/{post.id}/pack")
    if not pack.is_success or not pack.content.startswith(b"PK"):
        raise Failed(_("发布包下载不了（{status}）").format(status=pack.status_code))
    reply = stage.sandbox("POST", "/admin/xiaohongshu", {"title": variant.title, "body": variant.body}).json()
    path = f"/posts/{post.id}/proof"
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "screenshot.png"
        picture.write_bytes(screenshot(variant.title))
        operator.get(f"/posts/{post.id}").send({"url": reply["url"], "screenshot": picture}, path, "url", "screenshot")
    return _("发布包 {size:.1f} MB").format(size=len(pack.content) / 1024**2)
