"""A console in this process and people logged in to it."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from console.app import create_app
from tests.support.browser_client import Enter, Visitor
from tests.support.console import World, build
from yiyuan.models import Staff


@pytest.fixture
def world(staff: dict[str, Staff]) -> World:
    return build(staff)


@pytest.fixture
def app(home: object) -> FastAPI:
    return create_app()


@pytest.fixture
def visitor(app: FastAPI, world: World) -> Enter:
    """A person with that role, logged in."""

    def enter(role: str) -> Visitor:
        return Visitor(TestClient(app, follow_redirects=False)).log_in(role)

    return enter
