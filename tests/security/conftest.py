"""A console in this process, people logged in to it, and a world of items."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from console.app import create_app
from tests.support.browser_client import Enter, Visitor
from tests.support.console import World, build
from yiyuan.models import Staff
from yiyuan.settings import settings


@pytest.fixture
def world(staff: dict[str, Staff]) -> World:
    return build(staff)


@pytest.fixture
def app(home: object) -> FastAPI:
    return create_app()


@pytest.fixture
def visitor(app: FastAPI, world: World) -> Enter:
    """A person with that role, logged in."""

    def enter(login: str) -> Visitor:
        return Visitor(TestClient(app, follow_redirects=False)).log_in(login)

    return enter


@pytest.fixture
def https(home: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("YIYUAN_HTTPS", "true")
    settings.cache_clear()
    yield
    settings.cache_clear()
