"""What an exception, a status and a code in the body say about the request."""

import logging
from pathlib import Path
from typing import Any

import httpx
import pytest

from channels.accounts.credentials import sandbox_base
from channels.errors import (
    AccountBroken,
    AuthExpired,
    ChannelError,
    HandleExpired,
    NotFoundOnPlatform,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    RefusedByPlatform,
)
from channels.http import ApiProfile, PlatformClient
from channels.platforms.bilibili.adapter import Bilibili
from channels.platforms.official_account.adapter import OfficialAccount
from tests.support.channels import Sandbox

URL = "https://api.weixin.qq.com/cgi-bin/x"


async def ask(
    answer: Any, dialect: ApiProfile = OfficialAccount.dialect, url: str = URL, **more: Any
) -> dict[str, Any]:
    def handle(_request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    async with PlatformClient(dialect, transport=httpx.MockTransport(handle)) as client:
        return await client.call("POST", url, **more)


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (httpx.ConnectError("x"), NotSent),
        (httpx.ConnectTimeout("x"), NotSent),
        (httpx.PoolTimeout("x"), NotSent),
        (httpx.ProxyError("x"), NotSent),
        (httpx.ReadTimeout("x"), OutcomeUnknown),
        (httpx.ReadError("x"), OutcomeUnknown),
        (httpx.WriteTimeout("x"), OutcomeUnknown),
        (httpx.WriteError("x"), OutcomeUnknown),
        (httpx.CloseError("x"), OutcomeUnknown),
        (httpx.RemoteProtocolError("x"), OutcomeUnknown),
        (httpx.Response(500), OutcomeUnknown),
        (httpx.Response(502, text="<html>"), OutcomeUnknown),
        (httpx.Response(200, text="<html>"), OutcomeUnknown),
        (httpx.Response(200, json=["a list"]), OutcomeUnknown),
        (httpx.Response(429, headers={"Retry-After": "7"}), RateLimited),
        (httpx.Response(404, text="gone"), RefusedByPlatform),
        (httpx.Response(411, json={}), RefusedByPlatform),
    ],
)
@pytest.mark.anyio
async def test_transport(raised: Any, kind: type[ChannelError]) -> None:
    with pytest.raises(ChannelError) as caught:
        await ask(raised)
    assert type(caught.value) is kind


@pytest.mark.anyio
async def test_retry_after_is_kept() -> None:
    with pytest.raises(RateLimited) as caught:
        await ask(httpx.Response(429, headers={"Retry-After": "7"}))
    assert caught.value.retry_after == 7


@pytest.mark.parametrize(
    ("dialect", "url", "body", "kind"),
    [
        (OfficialAccount.dialect, URL, {"errcode": 42001, "errmsg": "expired"}, AuthExpired),
        (OfficialAccount.dialect, URL, {"errcode": "40001", "errmsg": "a string"}, AuthExpired),
        (OfficialAccount.dialect, URL, {"errcode": 40164, "errmsg": "not in whitelist"}, AccountBroken),
        (OfficialAccount.dialect, URL, {"errcode": 45009, "errmsg": "reach max"}, RateLimited),
        (OfficialAccount.dialect, URL, {"errcode": -1, "errmsg": "system error"}, OutcomeUnknown),
        (OfficialAccount.dialect, URL, {"errcode": 53503, "errmsg": "check"}, RefusedByPlatform),
        (OfficialAccount.dialect, URL, {"errcode": 53600, "errmsg": "no article"}, NotFoundOnPlatform),
        (Bilibili.dialect, "https://member.bilibili.com/x", {"code": 127001, "message": ""}, AuthExpired),
        (Bilibili.dialect, "https://member.bilibili.com/x", {"code": "127022", "message": ""}, HandleExpired),
        (Bilibili.dialect, "https://member.bilibili.com/x", {"code": 123026, "message": ""}, RateLimited),
        (Bilibili.dialect, "https://member.bilibili.com/x", {"code": 127006, "message": ""}, AccountBroken),
        (Bilibili.dialect, "https://member.bilibili.com/x", {"code": -500, "message": ""}, OutcomeUnknown),
        (Bilibili.dialect, "https://member.bilibili.com/x", {"code": 127124, "message": ""}, NotFoundOnPlatform),
        (Bilibili.dialect, "https://member.bilibili.com/x", {"code": 127100, "message": ""}, RefusedByPlatform),
    ],
)
@pytest.mark.anyio
async def test_codes_in_a_body_of_status_200(
    dialect: ApiProfile, url: str, body: Any, kind: type[ChannelError]
) -> None:
    with pytest.raises(ChannelError) as caught:
        await ask(body, dialect, url)
    assert type(caught.value) is kind
    assert caught.value.code == int(body.get("errcode") or body.get("code"))


@pytest.mark.parametrize("body", [{}, {"errcode": 0}, {"errcode": "0", "errmsg": "ok"}])
@pytest.mark.anyio
async def test_no_code_is_success(body: dict[str, Any]) -> None:
    assert await ask(body) == body


@pytest.mark.anyio
async def test_an_accepted_code_is_an_answer_and_a_call_may_mean_its_own() -> None:
    assert (await ask({"errcode": 40007}, accept={40007}))["errcode"] == 40007
    with pytest.raises(HandleExpired):
        await ask({"errcode": 40007}, faults={40007: HandleExpired})


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/x",
        "http://api.weixin.qq.com/x",
        "https://api.weixin.qq.com@evil.example/x",
        "https://127.0.0.1/x",
    ],
)
@pytest.mark.anyio
async def test_no_other_host_is_ever_asked(url: str) -> None:
    with pytest.raises(ValueError, match="not a host"):
        await ask({}, url=url)


@pytest.mark.anyio
async def test_chinese_goes_out_unescaped() -> None:
    sent: list[bytes] = []

    def handle(request: httpx.Request) -> httpx.Response:
        sent.append(request.content)
        return httpx.Response(200, json={})

    async with PlatformClient(OfficialAccount.dialect, transport=httpx.MockTransport(handle)) as client:
        await client.call("POST", URL, json={"title": "护心"})
    assert "护心".encode() in sent[0]
    assert b"\\u" not in sent[0]


@pytest.mark.anyio
async def test_tokens_do_not_reach_the_log(sandbox: Sandbox, home: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with PlatformClient(OfficialAccount.dialect, sandbox_url=sandbox_base()) as client:
        with pytest.raises(AuthExpired):
            await client.call("GET", f"{URL[:-1]}get_api_domain_ip", params={"access_token": "very-secret"})
    assert "very-secret" not in caplog.text
