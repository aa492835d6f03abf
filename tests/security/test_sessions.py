"""Logging in and out: cookies, throttling, new secrets, and where a login may lead."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from console.staff.login_pages import safe_next
from tests.support.browser_client import PASSWORD, Enter, Visitor
from tests.support.console import World
from yiyuan.db.session import transaction
from yiyuan.models import Staff
from yiyuan.staff import members, passwords


def _browser(app: FastAPI, base: str = "http://testserver") -> Visitor:
    return Visitor(TestClient(app, follow_redirects=False, base_url=base))


def test_session_cookie_is_out_of_reach(app: FastAPI, world: World) -> None:
    cookie = _browser(app).try_login("doctor").headers["set-cookie"]
    assert "yiyuan-session=" in cookie and "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie


def test_over_https_cookies_are_host_bound_and_secure(app: FastAPI, world: World, https: None) -> None:
    visitor = _browser(app, "https://testserver")
    answer = visitor.try_login("doctor")
    session = next(c for c in answer.headers.get_list("set-cookie") if "session" in c)
    assert session.startswith("__Host-yiyuan-session=") and "Secure" in session and "Domain" not in session
    assert "max-age=31536000" in visitor.get("/").headers["strict-transport-security"]
    assert "王敏" in visitor.page("/")


def test_login_gives_a_new_secret_and_ends_the_old_one(app: FastAPI, world: World) -> None:
    visitor = _browser(app).log_in("doctor")
    old = visitor.client.cookies["yiyuan-session"]
    visitor.client.cookies.delete("yiyuan-session")
    token = visitor.token("/login")
    visitor.client.cookies.set("yiyuan-session", old)
    form = {"csrf": visitor.csrf, "login": "doctor", "password": PASSWORD}
    assert token and visitor.client.post("/login", data=form).status_code == 303
    new = visitor.client.cookies.get("yiyuan-session", domain="testserver.local")
    assert new and new != old
    stale = _browser(app)
    stale.client.cookies.set("yiyuan-session", old)
    assert stale.get("/").status_code == 303


def test_logout_ends_the_session_on_the_server(visitor: Enter, app: FastAPI) -> None:
    doctor = visitor("doctor")
    secret = doctor.client.cookies["yiyuan-session"]
    assert doctor.send("/logout").status_code == 303
    thief = _browser(app)
    thief.client.cookies.set("yiyuan-session", secret)
    assert thief.get("/items").headers["location"].startswith("/login")


def test_wrong_password_says_no_more_than_that(app: FastAPI, world: World) -> None:
    visitor = _browser(app)
    known, unknown = visitor.try_login("doctor", "wrong"), visitor.try_login("nobody", "wrong")
    assert known.status_code == unknown.status_code == 401
    assert "登录名或密码不对" in known.text and "登录名或密码不对" in unknown.text


def test_guessing_is_slowed_down(app: FastAPI, world: World) -> None:
    visitor = _browser(app)
    answers = [
        visitor.try_login("doctor", f"guess-{number}").status_code for number in range(passwords.FAILURES_ALLOWED)
    ]
    assert set(answers) == {401}
    blocked = visitor.try_login("doctor", PASSWORD)
    assert blocked.status_code == 429 and "登录失败次数过多" in blocked.text
    assert visitor.try_login("reviewer", PASSWORD).status_code == 303


def test_a_disabled_person_is_out_at_once(visitor: Enter, world: World) -> None:
    doctor, admin = visitor("doctor"), visitor("administrator")
    number = world.staff["doctor"].id
    assert admin.send(f"/staff/{number}/active", {"active": ""}).status_code == 303
    assert doctor.get("/").headers["location"].startswith("/login")
    with transaction() as s:
        members.set_active(s, s.get_one(Staff, number), True, actor=world.staff["administrator"])
    assert doctor.get("/").status_code == 303  # the old session stays dead


def test_administrators_end_sessions(visitor: Enter, world: World) -> None:
    doctor = visitor("doctor")
    assert visitor("administrator").send(f"/staff/{world.staff['doctor'].id}/sessions").status_code == 303
    assert doctor.get("/").status_code == 303


def test_nobody_locks_himself_out(visitor: Enter, world: World) -> None:
    admin = visitor("administrator")
    number = world.staff["administrator"].id
    assert admin.send(f"/staff/{number}/active", {"active": ""}).status_code == 403
    assert admin.send(f"/staff/{number}/roles", {"roles": "doctor"}).status_code == 403


def test_own_password_needs_the_old_one(visitor: Enter, app: FastAPI) -> None:
    doctor = visitor("doctor")
    assert doctor.send("/me/password", {"old": "wrong", "password": "another-horse-9"}).status_code == 403
    assert doctor.send("/me/password", {"old": PASSWORD, "password": "another-horse-9"}).status_code == 303
    assert doctor.get("/").headers["location"].startswith("/login")
    assert _browser(app).try_login("doctor", "another-horse-9").status_code == 303


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil",
        "javascript:alert(1)",
        "/a\nb",
        "",
        "evil",
    ],
)
def test_login_leads_nowhere_else(target: str) -> None:
    assert safe_next(target) == "/"


def test_login_leads_back_to_the_page_that_was_asked_for(app: FastAPI, world: World) -> None:
    visitor = _browser(app)
    location = visitor.get("/items?state=review").headers["location"]
    assert location == "/login?next=%2Fitems%3Fstate%3Dreview"
    assert visitor.try_login("doctor", next_path="/items?state=review").headers["location"] == "/items?state=review"
