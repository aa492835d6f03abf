"""Who may use which route: every route x every role, declared here a second time so that a slip shows."""

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from console.app import create_app, undeclared
from console.web.authorization import GuardedRoute
from tests.support.browser_client import Visitor
from tests.support.console import World, build
from tests.support.routes import methods
from yiyuan.models import Staff
from yiyuan.staff.roles import Role

ALL = set(Role)
DOCTOR, REVIEWER, MEDICAL, PUBLICITY, OPERATIONS, CRISIS, LEADER, PHARMACY, CARE, PRIVACY, AUDITOR, ADMIN = Role
AUTHORS = {DOCTOR, REVIEWER, MEDICAL, PUBLICITY, OPERATIONS}
SIGNERS = {DOCTOR, REVIEWER, MEDICAL, PUBLICITY, LEADER}
READERS = ALL - {ADMIN, PHARMACY, CARE}
WATCHERS = {PUBLICITY, OPERATIONS, CRISIS, LEADER, MEDICAL, AUDITOR}
RESPONDERS = WATCHERS - {AUDITOR}
EVENT_READERS = WATCHERS | {ADMIN, PHARMACY, PRIVACY}
REMOVERS = {PUBLICITY, OPERATIONS, CRISIS, LEADER, MEDICAL}
KEEPERS = {PUBLICITY, MEDICAL, LEADER, AUDITOR}
PUBLIC = {"GET /login", "POST /login", "GET /healthz"}

MATRIX: dict[str, set[Role]] = {
    "GET /": ALL,
    "POST /logout": ALL,
    "GET /me": ALL,
    "POST /me/password": ALL,
    "POST /me/notices": ALL,
    "POST /me/language": ALL,
    "GET /notices": ALL,
    "POST /notices/{notice_id}/acknowledge": ALL,
    "GET /items": READERS,
    "GET /items/new": AUTHORS,
    "POST /items/new": AUTHORS,
    "GET /items/{item_id:int}": READERS,
    "GET /items/{item_id:int}/live": READERS,
    "GET /items/{item_id:int}/brief": READERS,
    "GET /items/{item_id:int}/edit": AUTHORS,
    "POST /items/{item_id:int}/edit": AUTHORS,
    "POST /items/{item_id:int}/submit": AUTHORS,
    "POST /items/{item_id:int}/withdraw": AUTHORS,
    "POST /items/{item_id:int}/recheck": AUTHORS,
    "GET /items/{item_id:int}/tracks": AUTHORS,
    "POST /items/{item_id:int}/tracks": AUTHORS,
    "GET /items/{item_id:int}/tracks/{track_id:int}/face": AUTHORS,
    "GET /items/{item_id:int}/tracks/{track_id:int}/strip": AUTHORS,
    "POST /items/{item_id:int}/masks": AUTHORS,
    "POST /masks/{mask_id:int}/remove": AUTHORS,
    "POST /items/{item_id:int}/voices": AUTHORS,
    "POST /items/{item_id:int}/voices/restore": AUTHORS,
    "POST /items/{item_id:int}/attachments/{asset_id:int}/remove": AUTHORS,
    "POST /findings/{finding_id:int}/screen": AUTHORS,
    "GET /items/{item_id:int}/redactions": AUTHORS | {AUDITOR},
    "POST /items/{item_id:int}/redactions": AUTHORS,
    "POST /items/{item_id:int}/redactions/open": AUTHORS | {AUDITOR},
    "POST /items/{item_id:int}/accept": AUTHORS,
    "POST /items/{item_id:int}/consents": AUTHORS,
    "POST /consents/{consent_id:int}/withdraw": AUTHORS,
    "GET /trial": AUTHORS,
    "POST /trial": AUTHORS,
    "GET /consents": KEEPERS | {PRIVACY},
    "POST /consents/{consent_id:int}/scan": AUTHORS,
    "POST /consents/{consent_id:int}/scan/open": AUTHORS | {AUDITOR},
    "GET /rescan": KEEPERS,
    "POST /rescan": {PUBLICITY},
    "GET /reports/exceptions": KEEPERS | {OPERATIONS},
    "GET /reports/exceptions.csv": KEEPERS | {OPERATIONS},
    "POST /accounts/{account_id:int}/register": {ADMIN, PUBLICITY},
    "GET /posts/{post_id:int}/removal.jpg": READERS,
    "GET /inbox": SIGNERS,
    "GET /items/{item_id:int}/decide": SIGNERS,
    "POST /items/{item_id:int}/decide": SIGNERS,
    "POST /verdicts/{verdict_id:int}/tick": SIGNERS,
    "POST /findings/{finding_id:int}/ask": AUTHORS,
    "POST /findings/{finding_id:int}/waive": {PUBLICITY},
    "GET /items/{item_id:int}/previews": READERS,
    "GET /items/{item_id:int}/sheet": READERS,
    "GET /items/{item_id:int}/qr.svg": READERS,
    "GET /media/{asset_id}": READERS,
    "GET /media/{asset_id}/pages/{number}": READERS,
    "GET /posts": READERS,
    "GET /posts/{post_id:int}": READERS,
    "GET /posts/{post_id:int}/pack": {OPERATIONS, PUBLICITY},
    "GET /posts/{post_id:int}/proof.jpg": READERS,
    "POST /posts/{post_id:int}/proof": {OPERATIONS, PUBLICITY},
    "POST /posts/{post_id:int}/reschedule": {PUBLICITY},
    "POST /posts/{post_id:int}/withdraw": REMOVERS,
    "POST /posts/{post_id:int}/removed": REMOVERS,
    "POST /posts/{post_id:int}/resolve": REMOVERS,
    "GET /events": EVENT_READERS,
    "POST /events": RESPONDERS | {ADMIN},
    "GET /events/{event_id:int}": EVENT_READERS,
    "GET /events/{event_id:int}/live": EVENT_READERS,
    "GET /events/{event_id:int}/comments": EVENT_READERS,
    "POST /events/{event_id:int}/raise": RESPONDERS,
    "POST /events/{event_id:int}/close": RESPONDERS,
    "GET /duties": ALL,
    "POST /duties/{duty_id:int}/acknowledge": ALL,
    "POST /duties/{duty_id:int}/hand-over": ALL,
    "POST /duties/{duty_id:int}/finish": ALL,
    "GET /roster": ALL,
    "POST /roster": {PUBLICITY, CRISIS, ADMIN},
    "POST /roster/{turn_id:int}/hand-over": ALL,
    "POST /roster/{turn_id:int}/end": {PUBLICITY, CRISIS, ADMIN},
    "POST /absences": ALL,
    "POST /absences/{absence_id:int}/cancel": ALL,
    "POST /me/deputy": ALL,
    "GET /calendars": {ADMIN},
    "POST /calendars": {ADMIN},
    "GET /calendars/{code}": {ADMIN},
    "POST /calendars/{code}": {ADMIN},
    "POST /calendars/{code}/recompute": {ADMIN},
    "GET /departments": {ADMIN},
    "POST /departments": {ADMIN},
    "GET /departments/{department_id:int}": {ADMIN},
    "POST /departments/{department_id:int}": {ADMIN},
    "GET /playbooks/{name}": EVENT_READERS,
    "POST /threads/{thread_id:int}/turned": RESPONDERS,
    "GET /accounts": {ADMIN, PUBLICITY},
    "GET /accounts/new/{platform}": {ADMIN, PUBLICITY},
    "POST /accounts/new/{platform}": {ADMIN, PUBLICITY},
    "GET /accounts/{account_id:int}/connect": {ADMIN, PUBLICITY},
    "POST /accounts/{account_id:int}/check": {ADMIN, PUBLICITY},
    "POST /accounts/{account_id:int}/disconnect": {ADMIN, PUBLICITY},
    "GET /holds": {PUBLICITY, OPERATIONS, CRISIS, LEADER, AUDITOR, ADMIN},
    "POST /holds": {PUBLICITY, OPERATIONS, CRISIS, LEADER, ADMIN},
    "POST /holds/lift": {PUBLICITY, CRISIS, LEADER},
    "GET /audit": {AUDITOR, ADMIN},
    "GET /audit/export.csv": {AUDITOR, ADMIN},
    "GET /staff": {ADMIN},
    "POST /staff": {ADMIN},
    "GET /staff/{staff_id}": {ADMIN},
    "POST /staff/{staff_id}/edit": {ADMIN},
    "POST /staff/{staff_id}/roles": {ADMIN},
    "POST /staff/{staff_id}/password": {ADMIN},
    "POST /staff/{staff_id}/active": {ADMIN},
    "POST /staff/{staff_id}/sessions": {ADMIN},
}


def _routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    for route in app.routes:
        if isinstance(route, GuardedRoute):
            for method in sorted(methods(route) - {"HEAD"}):
                yield method, route.path


def _address(path: str) -> str:
    return re.sub(r"\{\w+(:int)?\}", "987654", path.replace("{platform}", "bilibili"))


REFUSAL = "您的角色不能进行此操作"


@pytest.fixture
def world(staff: dict[str, Staff]) -> World:
    return build(staff)


def test_every_route_is_in_the_matrix_and_nothing_else_is_served(home: object) -> None:
    app = create_app()
    served = {f"{method} {path}" for method, path in _routes(app)}
    assert served - PUBLIC == set(MATRIX)
    assert undeclared(app) == []


@pytest.mark.parametrize("role", list(Role))
def test_role_reaches_exactly_its_routes(world: World, role: Role) -> None:
    app = create_app()
    person = Visitor(TestClient(app, follow_redirects=False, raise_server_exceptions=False)).log_in(str(role))
    wrong = []
    for method, path in _routes(app):
        name = f"{method} {path}"
        if name in PUBLIC or path in ("/logout", "/me/password"):  # they end the session this test goes on with
            continue
        answer = person.client.request(method, _address(path), data={"csrf": person.csrf} if method == "POST" else None)
        refused = answer.status_code == 403 and REFUSAL in answer.text
        if refused == (role in MATRIX[name]) or answer.status_code >= 500:
            wrong.append((name, answer.status_code))
    assert wrong == []


def test_nobody_gets_anywhere_without_a_session(world: World) -> None:
    app = create_app()
    stranger = TestClient(app, follow_redirects=False)
    for method, path in _routes(app):
        if f"{method} {path}" in PUBLIC:
            continue
        answer = stranger.request(method, _address(path))
        assert answer.status_code == 303 and answer.headers["location"].startswith("/login?next="), path


def test_a_route_without_declaration_lets_nobody_in(world: World) -> None:
    app = create_app()

    def forgotten() -> dict[str, str]:
        return {"secret": "leaked"}

    app.router.routes.insert(0, GuardedRoute("/forgotten", forgotten, methods=["GET"]))
    assert undeclared(app) == ["/forgotten: no declaration"]
    for role in Role:
        answer = Visitor(TestClient(app, follow_redirects=False)).log_in(str(role)).get("/forgotten")
        assert answer.status_code == 403 and "leaked" not in answer.text


def test_a_route_past_the_guard_stops_the_start(monkeypatch: pytest.MonkeyPatch, home: object) -> None:
    from fastapi import APIRouter

    from console import app as module
    from console.web.area import Area

    router = APIRouter()
    router.add_api_route("/rogue", lambda: "open")
    monkeypatch.setattr(module, "areas", lambda: {"rogue": Area(routers=(router,))})
    with pytest.raises(RuntimeError, match="rogue"):
        module.create_app()
