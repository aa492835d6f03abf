"""The same headers on every response: pages, parts, errors, static files, media, downloads."""

import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Client, Response

from console.web.authorization import GuardedRoute
from console.web.security_headers import HEADERS
from tests.support.browser_client import Enter
from tests.support.console import World
from tests.support.routes import methods


def _check(answer: Response) -> None:
    headers = answer.headers
    for name, value in HEADERS.items():
        assert headers[name] == value, name
    csp = headers["content-security-policy"]
    assert "default-src 'none'" in csp and "frame-ancestors 'none'" in csp
    assert "unsafe" not in csp and "http:" not in csp and "*" not in csp
    assert headers["cache-control"]


def test_every_route_whatever_it_answers(app: FastAPI, visitor: Enter, world: World) -> None:
    item_id = world.in_review(level=2)
    stranger: Client = TestClient(app, follow_redirects=False, raise_server_exceptions=False)
    people = [visitor(role).client for role in ("doctor", "publicity", "administrator")]
    for route in app.routes:
        if not isinstance(route, GuardedRoute):
            continue
        path = re.sub(r"\{\w+(:int)?\}", str(item_id), route.path.replace("{platform}", "bilibili"))
        for client in (stranger, *people):
            for method in methods(route):
                _check(client.request(method, path))


@pytest.mark.parametrize(
    "path",
    ["/static/base.css", "/static/vendor/htmx.min.js", "/static/none.css", "/static/../app.py", "/nothing", "/healthz"],
)
def test_what_is_no_page(app: FastAPI, world: World, path: str) -> None:
    _check(TestClient(app).get(path))


def test_a_crash_is_answered_with_headers_and_without_a_trace(
    app: FastAPI, visitor: Enter, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_args: object) -> None:
        raise ValueError("张三 住院号 123456")

    doctor = visitor("doctor")
    monkeypatch.setattr("console.today.queries.inbox.waiting_for", broken)
    client = TestClient(app, raise_server_exceptions=False)
    client.cookies = doctor.client.cookies
    answer = client.get("/")
    assert answer.status_code == 500 and "系统出错" in answer.text
    assert "123456" not in answer.text and "Traceback" not in answer.text
    assert "123456" not in capsys.readouterr().out
    _check(answer)


def test_pages_hold_no_script_and_no_style_of_their_own(visitor: Enter, world: World) -> None:
    item_id = world.in_review(level=2)
    approved = world.approved("通过一篇")
    pages = [
        "/",
        f"/items/{item_id}",
        f"/items/{item_id}/decide",
        f"/items/{approved}/sheet",
        "/events",
        "/accounts",
        "/items/new",
    ]
    for path in pages:
        text = visitor("publicity").page(path)
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), path
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text), path
        assert not re.search(r'(?:src|href)="(?:https?:)?//', text), path


def test_what_people_type_stays_text(visitor: Enter, world: World) -> None:
    item_id = world.draft('<script>alert(1)</script>"><img src=x onerror=alert(2)>')
    for path in (f"/items/{item_id}", "/items", f"/items/{item_id}/edit"):
        text = visitor("doctor").page(path)
        assert "<script>alert" not in text and "<img src=x" not in text, path
        assert "&lt;script&gt;" in text


def test_pages_are_not_kept_and_named_files_are(app: FastAPI, visitor: Enter) -> None:
    doctor = visitor("doctor")
    assert doctor.get("/").headers["cache-control"] == "no-store"
    sheet = re.search(r'href="(/static/base.css[^"]+)"', doctor.page("/"))
    assert sheet is not None
    assert "immutable" in doctor.get(sheet[1]).headers["cache-control"]
    assert doctor.get("/static/toast.js").headers["cache-control"] == "no-cache"
