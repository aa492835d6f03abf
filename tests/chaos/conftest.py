"""The same sandbox and accounts as the tests of the channels, and a lease that a next process soon gets."""

import pytest

from tests.channels.conftest import accounts, platforms, sandbox
from tests.support.channels import Sandbox
from yiyuan.settings import settings

__all__ = ["accounts", "platforms", "sandbox"]


@pytest.fixture(autouse=True)
def short_lease(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIYUAN_DELIVERY_LEASE_SECONDS", "0.6")
    settings.cache_clear()
