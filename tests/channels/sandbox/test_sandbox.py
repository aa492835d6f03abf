"""The sandbox is strict where the platforms are: what passes here by luck would fail there."""

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.channels import APPS, Sandbox, carry, look, picture, planned
from yiyuan.models import Staff

CGI = "/api.weixin.qq.com/cgi-bin"


@pytest.fixture
def token(sandbox: Sandbox) -> str:
    app = APPS["official_account"]
    body = {"grant_type": "client_credential", "appid": app["appid"], "secret": app["secret"]}
    first = sandbox.post(f"{CGI}/stable_token", body)
    assert sandbox.post(f"{CGI}/stable_token", body)["access_token"] == first["access_token"], "stable means the same"
    assert first["expires_in"] >= 300
    return str(first["access_token"])


def wx(sandbox: Sandbox, token: str, path: str, body: object) -> dict[str, Any]:
    reply: dict[str, Any] = sandbox.http.post(f"{CGI}/{path}", params={"access_token": token}, json=body).json()
    return reply


def cover(sandbox: Sandbox, token: str, content: bytes = b"", kind: str = "image") -> dict[str, Any]:
    params, files = {"access_token": token, "type": kind}, {"media": ("a.jpg", content or picture(), "image/jpeg")}
    reply: dict[str, Any] = sandbox.http.post(f"{CGI}/material/add_material", params=params, files=files).json()
    return reply


def draft(sandbox: Sandbox, token: str, **more: object) -> dict[str, Any]:
    article = {"title": "标题", "content": "<p>正文</p>", "thumb_media_id": cover(sandbox, token)["media_id"]} | more
    return wx(sandbox, token, "draft/add", {"articles": [article]})


def test_tokens(sandbox: Sandbox, token: str) -> None:
    assert wx(sandbox, "", "draft/batchget", {})["errcode"] == 41001
    assert wx(sandbox, "nonsense", "draft/batchget", {})["errcode"] == 40001
    sandbox.post("/admin/expire", {"platform": "official_account"})
    assert wx(sandbox, token, "draft/batchget", {})["errcode"] == 42001


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"title": "长" * 33}, 45003),
        ({"author": "长" * 17}, 45110),
        ({"digest": "长" * 129}, 45004),
        ({"content": "长" * 20_000}, 45002),
        ({"content_source_url": "https://" + "x" * 1024}, 45005),
        ({"thumb_media_id": "nonsense"}, 40007),
    ],
)
def test_limits_of_a_draft(sandbox: Sandbox, token: str, more: dict[str, object], code: int) -> None:
    assert draft(sandbox, token, **more)["errcode"] == code


def test_uploads_are_checked(sandbox: Sandbox, token: str) -> None:
    assert cover(sandbox, token, b"x" * (10 * 2**20 + 1))["errcode"] == 45001
    assert cover(sandbox, token, kind="film")["errcode"] == 40004
    params, url = {"access_token": token}, f"{CGI}/media/uploadimg"
    assert sandbox.http.post(url, params=params, files={"media": ("a.gif", b"GIF89a")}).json()["errcode"] == 40005
    big = picture() + b"\0" * 2**20
    assert sandbox.http.post(url, params=params, files={"media": ("a.jpg", big)}).json()["errcode"] == 40009


def test_a_chunked_upload_is_refused(sandbox: Sandbox, token: str) -> None:
    def parts() -> Iterator[bytes]:
        yield b"x"

    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    url = f"{CGI}/material/add_material"
    reply = sandbox.http.post(url, params={"access_token": token, "type": "image"}, content=parts(), headers=kind)
    assert reply.json()["errcode"] == 41005
    assert sandbox.http.post("/openupos.bilivideo.com/video/v2/part/upload", content=parts()).status_code == 411


def test_images_from_elsewhere_and_scripts_are_dropped(sandbox: Sandbox, token: str) -> None:
    media_id = draft(sandbox, token, content='<p>x</p><img src="https://elsewhere/x.png"><script>x</script>')[
        "media_id"
    ]
    found = wx(sandbox, token, "draft/get", {"media_id": media_id})["news_item"]
    assert found[0]["content"] == "<p>x</p>"


def test_only_what_was_uploaded_here_is_shown_in_a_body(sandbox: Sandbox, token: str) -> None:
    own_url = str(cover(sandbox, token)["url"])
    fault = sandbox.http.get("/mmbiz.qpic.cn/" + "0" * 64)
    made_up = own_url[:-64] + "0" * 64
    content = f"<img alt='一' src='{own_url}'><img alt='二' src='{made_up}'><img alt='三'>"
    media_id = draft(sandbox, token, content=content)["media_id"]
    [found] = wx(sandbox, token, "draft/get", {"media_id": media_id})["news_item"]
    assert (fault.status_code, found["content"]) == (404, f"<img alt='一' src='{own_url}'>")
    assert cover(sandbox, token, b"<html>")["errcode"] == 40005


def test_escapes_are_taken_literally(sandbox: Sandbox, token: str) -> None:
    article = {"title": "护心", "content": "x", "thumb_media_id": cover(sandbox, token)["media_id"]}
    body, kind = json.dumps({"articles": [article]}), {"Content-Type": "application/json"}
    params = {"access_token": token}
    media_id = sandbox.http.post(f"{CGI}/draft/add", params=params, content=body, headers=kind).json()["media_id"]
    assert wx(sandbox, token, "draft/get", {"media_id": media_id})["news_item"][0]["title"] == "\\u62a4\\u5fc3"


def test_a_draft_is_consumed_and_published_after_a_while(sandbox: Sandbox, token: str) -> None:
    sandbox.post("/admin/settings", {"polls": 3, "seconds": 60})
    media_id = draft(sandbox, token)["media_id"]
    job = wx(sandbox, token, "freepublish/submit", {"media_id": media_id})
    assert wx(sandbox, token, "freepublish/submit", {"media_id": media_id})["errcode"] == 40007
    assert wx(sandbox, token, "draft/get", {"media_id": media_id})["errcode"] == 40007
    query = {"publish_id": job["publish_id"]}
    states = [wx(sandbox, token, "freepublish/get", query)["publish_status"] for _ in range(4)]
    assert states == [1, 1, 0, 0]
    assert wx(sandbox, token, "freepublish/batchget", {"offset": 0, "count": 21})["errcode"] == 40097


def test_fifty_comments_at_once_are_refused(sandbox: Sandbox, token: str) -> None:
    assert wx(sandbox, token, "comment/list", {"msg_data_id": 1, "begin": 0, "count": 50})["errcode"] == 40097
    assert wx(sandbox, token, "comment/list", {"msg_data_id": 1, "begin": 0, "count": 49})["errcode"] == 88001


def test_faults_count_down(sandbox: Sandbox, token: str) -> None:
    path = f"{CGI}/draft/batchget"
    sandbox.fault(path, "error", times=2, code=-1)
    codes = [wx(sandbox, token, "draft/batchget", {"offset": 0, "count": 1}).get("errcode", 0) for _ in range(3)]
    assert codes == [-1, -1, 0]
    sandbox.fault(path, "delay", seconds=0.3)
    begun = time.monotonic()
    wx(sandbox, token, "draft/batchget", {"offset": 0, "count": 1})
    assert time.monotonic() - begun >= 0.3
    sandbox.fault(path, "drop_after")
    with pytest.raises(httpx.RemoteProtocolError):
        wx(sandbox, token, "draft/batchget", {"offset": 0, "count": 1})


def test_an_unknown_fault_is_refused(sandbox: Sandbox) -> None:
    assert sandbox.http.post("/admin/faults", json={"path": "/x", "kind": "magic"}).status_code == 422
    assert sandbox.http.post("/admin/settings", json={"magic": 1}).status_code == 422
    assert (
        sandbox.http.post("/admin/comments", json={"platform": "bilibili", "id": "x", "comments": []}).status_code
        == 422
    )


def test_pages_say_that_it_is_the_sandbox(sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]) -> None:
    posts = planned(staff, [accounts["official_account"], accounts["bilibili"]])
    carry(posts)
    for post_id in posts:
        post = look(post_id)
        reply = sandbox.http.get(f"/web/{post.platform}/{post.external_id}")
        assert "沙箱" in reply.text
        assert "春季护心" in reply.text
        assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert sandbox.http.get("/").text.count("春季护心") == 2
    assert sandbox.http.get("/web/bilibili/nothing").status_code == 404
    assert sandbox.http.get("/files/../sandbox.db").status_code == 404


def test_thousands_of_comments_at_once(sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]) -> None:
    (post_id,) = planned(staff, [accounts["bilibili"]])
    carry([post_id])
    body = {"platform": "bilibili", "id": look(post_id).external_id, "comments": [{"text": "差评"}] * 20_000}
    begun = time.monotonic()
    assert sandbox.post("/admin/comments", body) == {"added": 20_000, "count": 20_000}
    assert time.monotonic() - begun < 5
