"""A made-up folder below console/ becomes an area: its page, its menu entry, its message and its label are there."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import console
from console.app import create_app
from console.web import area, flash, templating
from tests.support.browser_client import Visitor

AREA = """
from fastapi import APIRouter, Request, Response

from console.web.area import Area, MenuEntry
from console.web.authorization import GuardedRoute, allow
from console.web.templating import done, page
from yiyuan.staff.permissions import Action

router = APIRouter(route_class=GuardedRoute)


@router.get("/parcels")
@allow(Action.use_console)
def show(request: Request) -> Response:
    return page(request, "parcels/show.html")


@router.post("/parcels")
@allow(Action.use_console)
def change(request: Request) -> Response:
    return done(request, "/parcels", "parcel-sent")


AREA = Area(
    routers=(router,),
    menu=(MenuEntry(path="/parcels", title="包裹", icon="file", action=Action.use_console, order=35),),
    messages={"parcel-sent": "包裹已寄出"},
    labels={"parcel_state": lambda code: f"状态{code}"},
)
"""
TEMPLATE = """{% extends "base.html" %}{% block body %}<h1>{{ words.parcel_state("7") }}</h1>
<form method="post">{{ ui.token(csrf) }}<button>寄出</button></form>{% endblock %}"""


@pytest.fixture
def made_up_area(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    folder = tmp_path / "console" / "parcels"
    (folder / "templates").mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "area.py").write_text(AREA, "utf-8")
    (folder / "templates" / "show.html").write_text(TEMPLATE, "utf-8")
    monkeypatch.setattr(console, "__path__", [*console.__path__, str(tmp_path / "console")])
    area.areas.cache_clear()
    flash.messages.cache_clear()
    templating.environment.cache_clear()
    yield
    area.areas.cache_clear()
    flash.messages.cache_clear()
    templating.environment.cache_clear()
    for name in [name for name in sys.modules if name.startswith("console.parcels")]:
        del sys.modules[name]


@pytest.mark.usefixtures("staff", "made_up_area")
def test_a_folder_is_an_area() -> None:
    doctor = Visitor(TestClient(create_app(), follow_redirects=False)).log_in("doctor")
    shown = doctor.get("/parcels").text
    assert "<h1>状态7</h1>" in shown
    places = [shown.index(f'href="{path}"') for path in ("/items", "/parcels", "/trial")]
    assert places == sorted(places), "in its place in the menu"
    answer = doctor.send("/parcels")
    assert answer.status_code == 303
    assert "包裹已寄出" in doctor.get(answer.headers["location"]).text


@pytest.mark.usefixtures("staff", "made_up_area")
def test_two_areas_cannot_give_one_name_two_meanings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(flash.COMMON, "parcel-sent", "别的话")
    with pytest.raises(ValueError, match="parcel-sent"):
        create_app()


@pytest.mark.usefixtures("staff", "made_up_area")
def test_two_areas_cannot_have_one_address(monkeypatch: pytest.MonkeyPatch) -> None:
    twice = {**area.areas(), "again": area.areas()["parcels"]}
    monkeypatch.setattr("console.app.areas", lambda: twice)
    with pytest.raises(RuntimeError, match="GET /parcels: declared twice"):
        create_app()
