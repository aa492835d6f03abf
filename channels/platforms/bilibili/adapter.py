"""B站 (Bilibili): videos through the open platform's archive API.

Follows openhome.bilibili.com (oauth2, archive/*, cover/upload, arc/stat). A lost submit is found by title, marker in
the description and time; it is only ever sent again with the same upload token, which the platform takes once.
Comment texts are not to be had officially, only their number.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from channels.contract import Absent, Channel, Comments, Counts, Field, Payload, Progress, Receipt, Step, Token
from channels.errors import (
    AccountBroken,
    AuthExpired,
    HandleExpired,
    NotFoundOnPlatform,
    OutcomeUnknown,
    RateLimited,
    RefusedByPlatform,
)
from channels.http import ApiProfile
from channels.platforms.bilibili.capabilities import CAPABILITIES
from channels.platforms.bilibili.signature import signed_headers
from yiyuan import clock
from yiyuan.codes import AttemptStep, MetricName, ReceiptState
from yiyuan.i18n import N_, _

OAUTH = "https://api.bilibili.com/x/account-oauth2/v1"
MEMBER = "https://member.bilibili.com/arcopen/fn"
UPLOAD = "https://openupos.bilivideo.com/video/v2/part/upload"
PART = 20 * 1024**2
PAGE = 20
#: Above this an expires_in is a moment, not a length of time (it is documented as the latter and sent as the former).
ABSOLUTE = 10**9
_FAULTS: dict[int, Any] = (
    dict.fromkeys((127001, 127000), AuthExpired)
    | dict.fromkeys((4002, 4003, 122000, 122001, 122002, 122007, 127004, 127005, 127006, 127007, 127011), AccountBroken)
    | dict.fromkeys((4010, 4011, 123026, 123029, 123036, 123037, 127009), RateLimited)
    | dict.fromkeys((-500, 127200, 127201), OutcomeUnknown)
    | dict.fromkeys((127107, 127124), NotFoundOnPlatform)
    | {127022: HandleExpired}
)
_METRICS = {
    "view": MetricName.VIEWS,
    "like": MetricName.LIKES,
    "share": MetricName.SHARES,
    "favorite": MetricName.FAVORITES,
    "coin": MetricName.COINS,
    "danmaku": MetricName.DANMAKU,
}


class Bilibili(Channel):
    """One B站 account that authorised our application."""

    can = CAPABILITIES
    step_labels: ClassVar[dict[str, str]] = {
        "init": N_("申请上传"),
        "part": N_("上传视频分片"),
        "complete": N_("合并视频分片"),
        "cover": N_("上传封面"),
    }
    dialect = ApiProfile(
        frozenset({"api.bilibili.com", "member.bilibili.com", "openupos.bilivideo.com"}), faults=_FAULTS
    )
    fields: ClassVar[tuple[Field, ...]] = (
        Field("client_id", N_("应用 client_id"), N_("哔哩哔哩开放平台 → 应用详情"), secret=False),
        Field("client_secret", N_("应用 app_secret"), N_("哔哩哔哩开放平台 → 应用详情")),
        Field("code", N_("授权码"), N_("账号授权后回调地址里的 code，只能用一次"), once=True),
    )
    spendable = ("upload_token", "parts", "completed")

    async def sign_in(self) -> Token:
        """Exchange the refresh token (usable once) or, the first time, the authorisation code."""
        grant = (
            ("refresh_token", self.token.refresh) if self.token else ("authorization_code", self.credentials["code"])
        )
        form = {
            "client_id": self.credentials["client_id"],
            "client_secret": self.credentials["client_secret"],
            "grant_type": grant[0],
            "refresh_token" if self.token else "code": grant[1],
        }
        reply = await self.client.call("POST", f"{OAUTH}/{'refresh_token' if self.token else 'token'}", data=form)
        data = reply["data"]
        return Token(str(data["access_token"]), _moment(int(data["expires_in"])), str(data["refresh_token"]))

    async def _signed(
        self, method: str, path: str, *, body: Mapping[str, Any] | None = None, **more: Any
    ) -> dict[str, Any]:
        content = json.dumps(body, ensure_ascii=False).encode() if body is not None else b""
        headers = signed_headers(self.credentials["client_id"], self.credentials["client_secret"], content)
        headers |= {"Accept": "application/json", "access-token": self.token.access if self.token else ""}
        if body is not None:
            headers["Content-Type"] = "application/json"
            more["content"] = content
        reply = await self.client.call(method, f"{MEMBER}/{path}", headers=headers, **more)
        return dict(reply.get("data") or {})

    async def check(self) -> None:
        """The list of one's own videos: signature, token and permission in one call."""
        await self._signed("GET", "archive/viewlist", params={"pn": 1, "ps": 1})

    def next_step(self, parcel: Payload, progress: Progress) -> Step:
        """init, part (one after the other), complete, cover, submit."""
        if "upload_token" not in progress:
            return Step("init")
        if not progress.get("completed"):
            assert parcel.video is not None
            return Step("part" if progress.get("parts", 0) * PART < parcel.video.size else "complete")
        return Step(AttemptStep.SUBMIT) if "cover_url" in progress else Step("cover")

    async def take(self, step: Step, parcel: Payload, progress: Progress) -> Progress | Receipt:
        """Get an upload token, upload a part or the cover, close the upload, or hand the video in."""
        steps: dict[str, Callable[[Payload, Progress], Awaitable[Progress | Receipt]]] = {
            "init": self._init,
            "part": self._part,
            "complete": self._complete,
            "cover": self._cover,
            AttemptStep.SUBMIT: self._submit,
        }
        return await steps[step.name](parcel, progress)

    async def _init(self, parcel: Payload, _progress: Progress) -> Progress:
        if parcel.video is None:
            raise RefusedByPlatform(_("B站稿件必须有视频"))
        if not parcel.tags:
            raise RefusedByPlatform(_("B站稿件至少要有一个标签"))
        data = await self._signed("POST", "archive/video/init", body={"name": "video.mp4", "utype": "0"})
        return {"upload_token": str(data["upload_token"]), "parts": 0, "completed": False}

    async def _part(self, parcel: Payload, progress: Progress) -> Progress:
        assert parcel.video is not None
        number = int(progress["parts"]) + 1
        offset = (number - 1) * PART
        size = min(PART, parcel.video.size - offset)
        # With an explicit length httpx does not fall back to a chunked body, which the upload host refuses.
        headers = {"Content-Length": str(size), "Content-Type": "application/octet-stream"}
        params: dict[str, str | int] = {"upload_token": str(progress["upload_token"]), "part_number": number}
        content = parcel.video.stream(offset, size)
        await self.client.call("POST", UPLOAD, params=params, headers=headers, content=content)
        return {"parts": number}

    async def _complete(self, _parcel: Payload, progress: Progress) -> Progress:
        await self._signed("POST", "archive/video/complete", params={"upload_token": progress["upload_token"]})
        return {"completed": True}

    async def _cover(self, parcel: Payload, _progress: Progress) -> Progress:
        if parcel.cover is None:
            raise RefusedByPlatform(_("B站稿件必须有封面"))
        name = "cover.png" if parcel.cover.media_type == "image/png" else "cover.jpg"
        content = await parcel.cover.read()
        data = await self._signed(
            "POST", "archive/cover/upload", files={"file": (name, content, parcel.cover.media_type)}
        )
        return {"cover_url": str(data["url"])}

    async def _submit(self, parcel: Payload, progress: Progress) -> Receipt:
        extra = {**self.can.extra, **parcel.extra}
        body = {
            "title": parcel.title,
            "tid": int(extra["tid"]),
            "tag": ",".join(parcel.tags),
            "copyright": int(extra["copyright"]),
            "no_reprint": int(extra["no_reprint"]),
            "desc": f"{parcel.body}\n稿件编号：{parcel.marker}",
            "cover": progress["cover_url"],
        }
        if int(extra["copyright"]) == 2:
            body["source"] = str(extra["source"])
        token = {"upload_token": progress["upload_token"]}
        data = await self._signed("POST", "archive/add-by-utoken", body=body, params=token)
        return Receipt(state=ReceiptState.ACCEPTED, external_id=str(data["resource_id"]))

    async def find(self, parcel: Payload, progress: Progress, since: datetime) -> Receipt | Absent:
        """Among one's own videos since the attempt, the one with our title and marker."""
        earliest, number = since.timestamp() - 60, 1
        while True:
            page = (await self._signed("GET", "archive/viewlist", params={"pn": number, "ps": PAGE})).get("list", [])
            for video in page:
                if (
                    video["title"] == parcel.title
                    and int(video["ctime"]) >= earliest
                    and await self._carries(video, parcel)
                ):
                    return _receipt(video)
            if len(page) < PAGE or int(page[-1]["ctime"]) < earliest:
                return Absent(resend=True)
            number += 1

    async def _carries(self, video: Mapping[str, Any], parcel: Payload) -> bool:
        # Whether the list shows descriptions is not documented; the single view does.
        whole = video if "desc" in video else await self._view(str(video["resource_id"]))
        return parcel.marker in str(whole.get("desc", ""))

    async def _view(self, resource_id: str) -> dict[str, Any]:
        return await self._signed("GET", "archive/view", params={"resource_id": resource_id})

    async def status(self, external_id: str | None, progress: Progress) -> Receipt:
        """archive/view: open, pending, or refused with the platform's reason."""
        return _receipt(await self._view(str(external_id)))

    async def withdraw(self, external_id: str | None, progress: Progress) -> Receipt:
        """Delete the video."""
        await self._signed("POST", "archive/delete", body={"resource_id": external_id})
        return Receipt(state=ReceiptState.GONE, message=_("已从B站删除"))

    async def comments(self, external_id: str, progress: Progress, stored: int, since: datetime | None) -> Comments:
        """No official way to the texts; the number comes with `counts`."""
        return Comments()

    async def counts(self, external_id: str, progress: Progress) -> Counts:
        """data/arc/stat; `reply` is the comment count."""
        data = await self._signed("GET", "data/arc/stat", params={"resource_id": external_id})
        metrics: dict[str, int] = {ours: int(data[theirs]) for theirs, ours in _METRICS.items() if theirs in data}
        return Counts(int(data["reply"]) if "reply" in data else None, metrics)


def _moment(expires_in: int) -> datetime:
    if expires_in > ABSOLUTE:
        return datetime.fromtimestamp(expires_in, UTC)
    return clock.now() + timedelta(seconds=expires_in)


def _receipt(video: Mapping[str, Any]) -> Receipt:
    info = video.get("addit_info") or {}
    state, reason = int(info.get("state", -1)), str(info.get("reject_reason") or "")
    resource_id = str(video["resource_id"])
    if state == 0:
        url = str((video.get("video_info") or {}).get("share_url") or f"https://www.bilibili.com/video/{resource_id}")
        return Receipt(state=ReceiptState.LIVE, external_id=resource_id, url=url)
    description = str(info.get("state_desc") or "")
    if reason or any(word in description for word in ("退回", "失败", "删除", "封禁", "锁定", "不通过")):
        return Receipt(
            state=ReceiptState.REFUSED,
            external_id=resource_id,
            message=_("平台审核不通过：{reason}").format(reason=reason or description),
        )
    return Receipt(state=ReceiptState.ACCEPTED, external_id=resource_id)
