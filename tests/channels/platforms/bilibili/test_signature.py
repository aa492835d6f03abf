"""The documented signature of B站, and a sandbox that checks it as the platform does."""

import time

import pytest

from channels.platforms.bilibili.signature import EMPTY_MD5, signed_headers
from tests.support.channels import Sandbox, connect
from yiyuan.models import Staff

PATH = "/member.bilibili.com/arcopen/fn/archive/viewlist"


def test_published_vector() -> None:
    headers = signed_headers("cid", "sec", b'{"name":"a.mp4","utype":"0"}', nonce="n1", timestamp=1700000000)
    assert headers["x-bili-content-md5"] == "5af21bd9ac5a6ba36abac0b1bc2fedc0"
    assert headers["Authorization"] == "3c4edc1f6056160df6ac145973cb4c592723baf3176790cca7c8e6d11eacd87e"


def test_an_empty_body_has_the_md5_of_nothing() -> None:
    assert EMPTY_MD5 == "d41d8cd98f00b204e9800998ecf8427e"
    assert signed_headers("cid", "sec")["x-bili-content-md5"] == EMPTY_MD5


@pytest.fixture
def token(sandbox: Sandbox) -> str:
    form = {
        "client_id": "sandbox-client", "client_secret": "sandbox-secret", "grant_type": "authorization_code",
        "code": sandbox.post("/admin/codes")["code"],
    }  # fmt: skip
    reply = sandbox.http.post("/api.bilibili.com/x/account-oauth2/v1/token", data=form).json()
    assert reply["data"]["expires_in"] > time.time(), "a moment, not a length of time"
    return str(reply["data"]["access_token"])


def ask(sandbox: Sandbox, headers: dict[str, str]) -> int:
    return int(sandbox.http.get(PATH, params={"pn": 1, "ps": 1}, headers=headers).json()["code"])


def test_the_sandbox_checks_every_part(sandbox: Sandbox, token: str) -> None:
    good = signed_headers("sandbox-client", "sandbox-secret") | {"access-token": token}
    assert ask(sandbox, good) == 0
    assert ask(sandbox, good) == 4004, "the same nonce twice"
    other = signed_headers("sandbox-client", "sandbox-secret") | {"access-token": token}
    assert ask(sandbox, other | {"x-bili-timestamp": str(int(time.time()) + 1)}) == 4002
    old = signed_headers("sandbox-client", "sandbox-secret", timestamp=int(time.time()) - 601)
    assert ask(sandbox, old | {"access-token": token}) == 4003
    assert ask(sandbox, signed_headers("sandbox-client", "wrong") | {"access-token": token}) == 4002
    assert ask(sandbox, signed_headers("sandbox-client", "sandbox-secret", b"x") | {"access-token": token}) == 4001
    assert ask(sandbox, signed_headers("sandbox-client", "sandbox-secret")) == 127001


def test_a_refresh_token_works_once(sandbox: Sandbox, staff: dict[str, Staff]) -> None:
    connect(sandbox, staff["administrator"], "bilibili")
    form = {"client_id": "sandbox-client", "client_secret": "sandbox-secret", "grant_type": "authorization_code"}
    path = "/api.bilibili.com/x/account-oauth2/v1"
    first = sandbox.http.post(f"{path}/token", data=form | {"code": sandbox.post("/admin/codes")["code"]}).json()[
        "data"
    ]
    again = form | {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    assert sandbox.http.post(f"{path}/refresh_token", data=again).json()["code"] == 0
    assert sandbox.http.post(f"{path}/refresh_token", data=again).json()["code"] == 122007
