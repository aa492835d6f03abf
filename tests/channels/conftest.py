"""One sandbox per run, emptied for each test, and an account of every platform connected to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from channels import registry
from tests.support.channels import Sandbox, connect
from yiyuan.models import Staff
from yiyuan.settings import settings


@pytest.fixture(scope="session")
def platforms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    running = Sandbox(tmp_path_factory.mktemp("sandbox"))
    yield running
    running.close()


@pytest.fixture
def sandbox(platforms: Sandbox, home: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    platforms.post("/admin/reset")
    platforms.post("/admin/settings", {"polls": 1, "seconds": 0.3})
    monkeypatch.setenv("YIYUAN_SANDBOX_URL", platforms.url)
    monkeypatch.setenv("YIYUAN_DELIVERY_LEASE_SECONDS", "2")
    monkeypatch.setenv("YIYUAN_SANDBOX_GRACE_SECONDS", "0.5")
    monkeypatch.setattr("channels.delivery.transitions.SANDBOX_FIRST_LOOK", 0.01)
    settings.cache_clear()
    return platforms


@pytest.fixture
def accounts(sandbox: Sandbox, staff: dict[str, Staff]) -> dict[str, int]:
    return {code: connect(sandbox, staff["administrator"], code) for code in registry.platforms()}
