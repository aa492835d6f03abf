"""A made-up folder below channels/platforms becomes a platform: registry, account form, sandbox, matrix, exports."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import channels.platforms
from channels import capability_matrix, quality, registry
from channels.sandbox.app import create_app
from yiyuan.errors import Failed, Missing

PLATFORM = r"""
import re
from datetime import date

from channels.assisted.adapter import Assisted
from channels.capabilities import Can, Capabilities
from channels.platform import Platform

ROW = Capabilities(
    platform="pigeon", name="信鸽", max_title=9, max_body=99, verified=date(2026, 11, 26), source="a tale",
    video=Can.ASSISTED, article=Can.NO, lookup=Can.NO, status=Can.NO, delete=Can.ASSISTED, comments=Can.NO,
    reply=Can.NO, hide=Can.NO, metrics=Can.NO, webhook=Can.NO,
)


class Pigeon(Assisted):
    can = ROW
    links = (("pigeon.example", re.compile(r"/(\d+)")),)
    example = "https://pigeon.example/1"

    def checklist(self, parcel):
        return ["放飞"]


PLATFORM = Platform(capabilities=ROW, adapter=Pigeon, aliases=("鸽子",), order=99)
"""
SANDBOX = """
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from channels.sandbox.site import Site

SITE = Site(routes=[Route("/pigeon.example/hello", lambda _request: PlainTextResponse("咕"))])
"""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("PLATFORM = Platform(", "DECLARED = Platform(", "没有声明 PLATFORM"),
        ('platform="pigeon"', 'platform="bilibili"', "须与文件夹同名"),
        ('aliases=("鸽子",)', 'aliases=("b站",)', "b站"),
    ],
)
def test_a_folder_that_cannot_be_a_platform_is_named(
    tmp_path: Path, made_up_platform: None, old: str, new: str, words: str
) -> None:
    folder = tmp_path / "platforms" / "pigeon"
    assert old in PLATFORM
    (folder / "__init__.py").write_text(PLATFORM.replace(old, new), "utf-8")
    with pytest.raises(Failed, match=words):
        registry.aliases()


@pytest.fixture
def made_up_platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    folder = tmp_path / "platforms" / "pigeon"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(PLATFORM, "utf-8")
    (folder / "sandbox.py").write_text(SANDBOX, "utf-8")
    (folder / "quality_scale.yaml").write_text("\n".join(f"{name}: todo" for name in quality.RULES), "utf-8")
    monkeypatch.setattr(channels.platforms, "__path__", [*channels.platforms.__path__, str(tmp_path / "platforms")])
    registry.platforms.cache_clear()
    yield
    registry.platforms.cache_clear()
    for name in [name for name in sys.modules if name.startswith("channels.platforms.pigeon")]:
        del sys.modules[name]


@pytest.mark.usefixtures("made_up_platform")
def test_a_folder_is_a_platform(tmp_path: Path) -> None:
    assert list(registry.platforms())[-1] == "pigeon"
    assert registry.capabilities("pigeon").max_title == 9
    assert registry.channel("pigeon").external_id("https://pigeon.example/12") == "12"
    assert registry.aliases()["鸽子"] == "pigeon"
    assert "## 信鸽 (`pigeon`)" in capability_matrix.page()
    sandbox = TestClient(create_app(tmp_path / "sandbox"))
    assert sandbox.get("/pigeon.example/hello").text == "咕"


def test_without_its_folder_there_is_no_platform() -> None:
    with pytest.raises(Missing):
        registry.channel("pigeon")
