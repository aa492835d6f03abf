"""A data folder for the whole session: the folded model and jieba's cache are made once."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from yiyuan.settings import settings


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the session keeps its models."""
    return tmp_path_factory.mktemp("privacy-home")


@pytest.fixture(autouse=True)
def shared_home(models: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Use it, unless the test asks for `home`, which comes later and wins."""
    monkeypatch.setenv("YIYUAN_HOME", str(models))
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture(scope="module")
def module_home(models: Path) -> Iterator[Path]:
    """The same for fixtures that live as long as a module."""
    before = os.environ.get("YIYUAN_HOME")
    os.environ["YIYUAN_HOME"] = str(models)
    settings.cache_clear()
    yield models
    if before is None:
        del os.environ["YIYUAN_HOME"]
    else:
        os.environ["YIYUAN_HOME"] = before
    settings.cache_clear()
