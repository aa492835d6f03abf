"""No change without the token of this session, on any route, by any way a form can be sent."""

import re

import pytest
from fastapi import FastAPI

from console.app import create_app
from console.web.authorization import GuardedRoute
from tests.support.browser_client import Enter
from tests.support.console import World
from tests.support.routes import methods
from yiyuan.db.session import transaction
from yiyuan.models import Asset, Item

FILE = {"video": ("clip.mp4", b"x" * 200_000, "video/mp4")}


def _changing(app: FastAPI) -> list[str]:
    routes = [route for route in app.routes if isinstance(route, GuardedRoute) and "POST" in methods(route)]
    return [re.sub(r"\{\w+(:int)?\}", "1", route.path.replace("{platform}", "bilibili")) for route in routes]


@pytest.mark.parametrize("token", ["", "wrong"])
def test_every_change_wants_the_token(visitor: Enter, app: FastAPI, world: World, token: str) -> None:
    for role in ("publicity", "administrator", "doctor"):
        person = visitor(role)
        for path in _changing(app):
            answer = person.client.post(path, data={"csrf": token})
            assert answer.status_code in (401, 403), (role, path, answer.status_code)


def test_another_persons_token_is_no_token(visitor: Enter) -> None:
    doctor, reviewer = visitor("doctor"), visitor("reviewer")
    assert doctor.client.post("/me/notices", data={"csrf": reviewer.csrf, "urls": ""}).status_code == 403
    assert doctor.client.post("/me/notices", data={"csrf": doctor.csrf, "urls": ""}).status_code == 303


def test_the_header_of_htmx_counts_and_a_wrong_one_refuses(visitor: Enter) -> None:
    doctor = visitor("doctor")
    good = doctor.client.post(
        "/me/notices", data={"urls": ""}, headers={"X-CSRF-Token": doctor.csrf, "HX-Request": "true"}
    )
    assert (good.status_code, good.headers["hx-redirect"]) == (204, "/me?done=saved")
    bad = doctor.client.post("/me/notices", data={"csrf": doctor.csrf}, headers={"X-CSRF-Token": "wrong"})
    assert bad.status_code == 403


def test_login_form_is_protected_before_there_is_a_session(app: FastAPI, world: World) -> None:
    from fastapi.testclient import TestClient

    stranger = TestClient(app, follow_redirects=False)
    form = {"login": "doctor", "password": "correct-horse-9"}
    assert stranger.post("/login", data=form).status_code == 403
    stranger.cookies.set("yiyuan-seed", "chosen-by-an-attacker")
    assert stranger.post("/login", data=form | {"csrf": "chosen-by-an-attacker"}).status_code == 403


def _kept() -> tuple[int, int]:
    with transaction(read_only=True) as s:
        return s.query(Item).count(), s.query(Asset).count()


def test_no_byte_of_a_file_is_kept_without_the_token(visitor: Enter, home: object) -> None:
    doctor = visitor("doctor")
    fields = {"title": "在家量血压", "summary": "三步"}
    answer = doctor.client.post("/items/new", data=fields, files=FILE)
    assert answer.status_code == 403 and _kept() == (0, 0)
    answer = doctor.client.post("/items/new", data=fields | {"csrf": "wrong"}, files=FILE)
    assert answer.status_code == 403 and _kept() == (0, 0)


def test_a_token_behind_the_file_comes_too_late(visitor: Enter) -> None:
    doctor = visitor("doctor")
    boundary = "b0undary"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="title"\r\n\r\n标题\r\n',
        f'--{boundary}\r\nContent-Disposition: form-data; name="video"; filename="a.mp4"\r\n\r\nAAAA\r\n',
        f'--{boundary}\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{doctor.csrf}\r\n--{boundary}--\r\n',
    ]
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    answer = doctor.client.post("/items/new", content="".join(parts).encode(), headers=headers)
    assert answer.status_code == 403 and _kept() == (0, 0)


def test_files_are_refused_where_none_belong(visitor: Enter) -> None:
    doctor = visitor("doctor")
    answer = doctor.client.post("/me/notices", data={"csrf": doctor.csrf}, files=FILE)
    assert answer.status_code == 403 and "此处不接受文件" in answer.text


def test_the_application_has_changes_to_protect(home: object) -> None:
    assert len(_changing(create_app())) > 25
