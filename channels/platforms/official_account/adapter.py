"""公众号 (WeChat Official Account): articles through draft box and free publish.

Follows developers.weixin.qq.com (stable_token, add_material, uploadimg, draft/add, freepublish/*, comment/list).
A submit carries no id of ours, so a lost one is found by two traces: a consumed draft leaves the draft box (40007),
and the published article carries our marker in `content_source_url`.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

from channels import article_html
from channels.contract import (
    Absent,
    Channel,
    Comments,
    Counts,
    Field,
    Payload,
    Progress,
    Receipt,
    Step,
    Token,
)
from channels.errors import (
    AccountBroken,
    AuthExpired,
    HandleExpired,
    NotFoundOnPlatform,
    OutcomeUnknown,
    RateLimited,
    RefusedByPlatform,
)
from channels.http import ApiProfile, code_of
from channels.media_file import Media
from channels.platforms.official_account.capabilities import CAPABILITIES
from yiyuan import clock
from yiyuan.codes import AttemptStep, ReceiptState
from yiyuan.comment import Comment
from yiyuan.i18n import N_, _

API = "https://api.weixin.qq.com"
PAGE = 20
#: comment/list refuses 50 and more.
COMMENTS_PAGE = 49
UNKNOWN_MEDIA = 40007
NO_COMMENTS = (88000, 88001)
PUBLISHED, PUBLISHING, DELETED, BANNED = 0, 1, 5, 6
_FAULTS = {
    -1: OutcomeUnknown,
    40001: AuthExpired,
    40014: AuthExpired,
    42001: AuthExpired,
    41001: AuthExpired,
    40013: AccountBroken,
    40164: AccountBroken,
    42007: AccountBroken,
    48001: AccountBroken,
    48004: AccountBroken,
    45009: RateLimited,
    45011: RateLimited,
    53600: NotFoundOnPlatform,
}
#: At sign-in these mean wrong credentials, not an expired token.
_SIGN_IN_FAULTS = {
    40001: AccountBroken,
    40125: AccountBroken,
    40013: AccountBroken,
    41002: AccountBroken,
    41004: AccountBroken,
}


class OfficialAccount(Channel):
    """One 公众号."""

    can = CAPABILITIES
    step_labels: ClassVar[dict[str, str]] = {
        "cover": N_("上传封面"),
        "image": N_("上传文中图片"),
        "draft": N_("新建草稿"),
    }
    dialect = ApiProfile(frozenset({"api.weixin.qq.com"}), code="errcode", reason="errmsg", faults=_FAULTS)
    fields: ClassVar[tuple[Field, ...]] = (
        Field("appid", N_("AppID"), N_("公众平台 → 设置与开发 → 基本配置"), secret=False),
        Field("secret", N_("AppSecret"), N_("公众平台 → 设置与开发 → 基本配置，只显示一次")),
        Field("home_url", N_("阅读原文网址"), N_("医院官网地址，文章末尾的“阅读原文”指向这里"), secret=False),
    )
    spendable = ("media_id",)

    async def sign_in(self) -> Token:
        """A stable token; repeated calls give the same one, so several workers do not disturb each other."""
        body = {
            "grant_type": "client_credential",
            "appid": self.credentials["appid"],
            "secret": self.credentials["secret"],
            "force_refresh": False,
        }
        reply = await self.client.call("POST", f"{API}/cgi-bin/stable_token", json=body, faults=_SIGN_IN_FAULTS)
        lifetime = timedelta(seconds=int(reply["expires_in"]))
        return Token(str(reply["access_token"]), clock.now() + lifetime)

    async def _post(self, path: str, body: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        return await self.client.call("POST", f"{API}/cgi-bin/{path}", params=self._access(), json=body, **more)

    def _access(self, **params: str) -> dict[str, str]:
        return {"access_token": self.token.access if self.token else "", **params}

    async def check(self) -> None:
        """The platform's cheapest authenticated call."""
        await self.client.call("GET", f"{API}/cgi-bin/get_api_domain_ip", params=self._access())

    def next_step(self, parcel: Payload, progress: Progress) -> Step:
        """cover, image (one after the other), draft, submit."""
        if "thumb_media_id" not in progress:
            return Step("cover")
        if len(progress.get("images", {})) < len(parcel.images):
            return Step("image")
        return Step(AttemptStep.SUBMIT) if "media_id" in progress else Step("draft")

    async def take(self, step: Step, parcel: Payload, progress: Progress) -> Progress | Receipt:
        """Upload the cover, an image, put the draft into the box, or publish it."""
        if step.name == "cover":
            if parcel.cover is None:
                raise RefusedByPlatform(_("公众号文章必须有封面"))
            reply = await self._upload("material/add_material", parcel.cover, type="image")
            return {"thumb_media_id": str(reply["media_id"])}
        if step.name == "image":
            return await self._image(parcel, progress)
        return await (self._draft if step.name == "draft" else self._submit)(parcel, progress)

    async def _image(self, parcel: Payload, progress: Progress) -> Progress:
        done = dict(progress.get("images", {}))
        source = next(source for source in parcel.images if source not in done)
        picture = parcel.images[source]
        # uploadimg takes jpg and png under 1 MB; an animation goes through the library, which answers with a url too.
        if picture.media_type == "image/gif":
            reply = await self._upload("material/add_material", picture, type="image")
        else:
            reply = await self._upload("media/uploadimg", picture)
        return {"images": {**done, source: str(reply["url"])}}

    async def _upload(self, path: str, media: Media, **params: str) -> dict[str, Any]:
        # An ASCII name: others go out as raw UTF-8 in the header.
        name = {"image/png": "image.png", "image/gif": "image.gif"}.get(media.media_type, "image.jpg")
        files = {"media": (name, await media.read(), media.media_type)}
        return await self.client.call("POST", f"{API}/cgi-bin/{path}", params=self._access(**params), files=files)

    async def _draft(self, parcel: Payload, progress: Progress) -> Progress:
        left_over = await self._draft_with(parcel.marker)
        if left_over:
            return {"media_id": left_over}
        extra = {**self.can.extra, **parcel.extra}
        home = self.credentials["home_url"]
        article = {
            "article_type": "news",
            "title": parcel.title,
            "author": extra["author"],
            "digest": extra["digest"],
            "content": article_html.with_images(parcel.body, progress.get("images", {})),
            "content_source_url": f"{home}{'&' if urlsplit(home).query else '?'}{urlencode({'yy': parcel.marker})}",
            "thumb_media_id": progress["thumb_media_id"],
            "need_open_comment": int(extra["need_open_comment"]),
            "only_fans_can_comment": int(extra["only_fans_can_comment"]),
        }
        reply = await self._post("draft/add", {"articles": [article]})
        return {"media_id": str(reply["media_id"])}

    async def _draft_with(self, marker: str) -> str:
        """The draft that an earlier attempt, whose answer was lost, left in the box; "" when there is none."""
        reply = await self._post("draft/batchget", {"offset": 0, "count": PAGE, "no_content": 1})
        for draft in reply.get("item", []):
            if any(_marker_of(article) == marker for article in draft["content"]["news_item"]):
                return str(draft["media_id"])
        return ""

    async def _submit(self, _parcel: Payload, progress: Progress) -> Receipt:
        body = {"media_id": progress["media_id"]}
        reply = await self._post("freepublish/submit", body, faults={UNKNOWN_MEDIA: HandleExpired})
        ids = {"publish_id": str(reply["publish_id"]), "msg_data_id": str(reply.get("msg_data_id", ""))}
        return Receipt(state=ReceiptState.ACCEPTED, progress=ids)

    async def find(self, parcel: Payload, progress: Progress, since: datetime) -> Receipt | Absent:
        """A draft still in the box was not submitted; a consumed one is looked for among the published articles."""
        draft = await self._post("draft/get", {"media_id": progress["media_id"]}, accept={UNKNOWN_MEDIA})
        if code_of(draft, "errcode") != UNKNOWN_MEDIA:
            return Absent(resend=True)
        offset = 0
        while True:
            query = {"offset": offset, "count": PAGE, "no_content": 1}
            page = (await self._post("freepublish/batchget", query)).get("item", [])
            for item in page:
                for article in item["content"]["news_item"]:
                    if _marker_of(article) == parcel.marker:
                        return _live(str(item["article_id"]), str(article["url"]))
            offset += len(page)
            # Newest first: once older than the attempt, or at the end, there is nothing more to see.
            if len(page) < PAGE or int(page[-1]["update_time"]) < since.timestamp() - 600:
                return Absent(resend=False)

    async def status(self, external_id: str | None, progress: Progress) -> Receipt:
        """freepublish/get; an article whose publish_id was lost is asked for by its own id."""
        if "publish_id" in progress:
            return _receipt(await self._post("freepublish/get", {"publish_id": progress["publish_id"]}))
        reply = await self._post("freepublish/getarticle", {"article_id": external_id})
        article = reply["news_item"][0]
        return _gone(_("文章已被删除")) if article.get("is_deleted") else _live(str(external_id), str(article["url"]))

    async def withdraw(self, external_id: str | None, progress: Progress) -> Receipt:
        """Delete the article; it cannot be brought back."""
        await self._post("freepublish/delete", {"article_id": external_id, "index": 0})
        return _gone(_("已从公众号删除"))

    async def comments(self, external_id: str, progress: Progress, stored: int, since: datetime | None) -> Comments:
        """Page through comment/list; the order is not documented, newest first was seen."""
        if not progress.get("msg_data_id"):
            return Comments()
        page, total = await self._comments_page(progress, 0)
        found, oldest_first = list(page), len(page) > 1 and page[0].written_at < page[-1].written_at
        while page and total is not None and len(found) < total:
            # One page of overlap: comments that came or went between two calls shift the pages.
            known = len(found) >= total - stored + COMMENTS_PAGE
            if known and not oldest_first and since is not None and page[-1].written_at < since:
                break
            page, _total = await self._comments_page(progress, len(found))
            found += page
        return Comments(tuple(sorted(found, key=lambda comment: comment.written_at)), total)

    async def _comments_page(self, progress: Progress, begin: int) -> tuple[list[Comment], int | None]:
        query = {
            "msg_data_id": int(progress["msg_data_id"]),
            "index": 0,
            "begin": begin,
            "count": COMMENTS_PAGE,
            "type": 0,
        }
        reply = await self._post("comment/list", query, accept=NO_COMMENTS)
        if code_of(reply, "errcode"):
            return [], None
        total = max(int(reply.get("total", 0)), int(reply.get("comment_cnt", 0)))
        return [_comment(comment, progress["msg_data_id"]) for comment in reply.get("comment", [])], total

    async def counts(self, external_id: str, progress: Progress) -> Counts:
        """The live comment count; reads and shares come a day late (datacube) and are not asked for here."""
        if not progress.get("msg_data_id"):
            return Counts()
        _page, total = await self._comments_page(progress, 0)
        return Counts(total)


def _marker_of(article: Mapping[str, Any]) -> str:
    return parse_qs(urlsplit(str(article.get("content_source_url", ""))).query).get("yy", [""])[0]


def _live(article_id: str, url: str) -> Receipt:
    # `mid` in an article's address is its msg_data_id (seen in datacube's msgid); comments cannot be had without it.
    mid = parse_qs(urlsplit(url).query).get("mid", [""])[0]
    return Receipt(
        state=ReceiptState.LIVE, external_id=article_id, url=url, progress={"msg_data_id": mid} if mid else {}
    )


def _gone(message: str) -> Receipt:
    return Receipt(state=ReceiptState.GONE, message=message)


def _receipt(reply: Mapping[str, Any]) -> Receipt:
    status = int(reply["publish_status"])
    if status == PUBLISHED:
        return _live(str(reply["article_id"]), str(reply["article_detail"]["item"][0]["article_url"]))
    if status == PUBLISHING:
        return Receipt(state=ReceiptState.ACCEPTED)
    if status in (DELETED, BANNED):
        return _gone(_("文章已被运营者删除") if status == DELETED else _("文章已被平台封禁"))
    reasons = {2: _("原创声明未通过"), 3: _("发布失败"), 4: _("平台审核不通过")}
    return Receipt(
        state=ReceiptState.REFUSED, message=reasons.get(status, _("发布失败（状态 {status}）").format(status=status))
    )


def _comment(comment: Mapping[str, Any], msg_data_id: str) -> Comment:
    written = datetime.fromtimestamp(int(comment["create_time"]), UTC)
    return Comment(
        f"{msg_data_id}:{comment['user_comment_id']}", str(comment.get("openid", "")), str(comment["content"]), written
    )
