"""`yiyuan demo`: its options, its folder and its settings; `playing` does the rest."""

import asyncio
import json
import logging
import os
import shutil
from pathlib import Path
from typing import Annotated

import structlog
import typer
from rich.console import Console

from commands.up import check_before, only_one
from yiyuan import logging_setup
from yiyuan.errors import BadInput
from yiyuan.i18n import _
from yiyuan.settings import Settings, settings

#: Marks a folder as one that the demo made and may empty.
MARK = ".demo"
WATCH_SECONDS, TICK_SECONDS = 5, 0.5


def own_folder(home: Path) -> Path:
    """The demo's own folder, emptied; BadInput when something else lies there."""
    folder = home / "demo"
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise BadInput(
            _("{path} 不是演示建立的目录，不会清空它；请用 YIYUAN_HOME 另选数据目录").format(path=folder), field="home"
        )
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700, parents=True)
    (folder / MARK).touch()
    return folder


def own_settings(home: Path) -> Settings:
    """Settings of the demo: nothing of the real installation but its ports and names; kept in the environment."""
    sandbox = f"http://127.0.0.1:{settings().sandbox_port}"
    receiver = f"{sandbox.replace('http', 'json', 1)}/notify"
    os.environ.pop("YIYUAN_KEY_FILE", None)
    os.environ.update(
        YIYUAN_HOME=str(home), YIYUAN_DATABASE_URL="", YIYUAN_MEDIA_URL="", YIYUAN_PREFECT_API_URL="",
        YIYUAN_DISPATCH="inline", YIYUAN_SANDBOX_URL=sandbox, YIYUAN_WATCH_SECONDS=str(WATCH_SECONDS),
        YIYUAN_TICK_SECONDS=str(TICK_SECONDS), YIYUAN_NOTICE_URLS=json.dumps([receiver]),
        YIYUAN_NOTICE_ROLE_URLS="{}", YIYUAN_LOG_LEVEL="INFO",
    )  # fmt: skip
    settings.cache_clear()
    return settings()


def demo(
    leave: Annotated[bool, typer.Option("--exit", help=_("演完即退出，退出码 0 或 1"))] = False,
    target: Annotated[Path | None, typer.Option("--json", help=_("把结果写成 JSON"))] = None,
    video: Annotated[Path | None, typer.Option("--video", help=_("用您自己的视频代替演示视频"))] = None,
) -> None:
    """Play the whole way of one item and a crisis."""
    if video is not None and not video.is_file():
        raise BadInput(_("找不到视频文件 {path}").format(path=video), field="video")
    logging_setup.configure()
    # Lines about children would tear the live display; they matter only when something is wrong.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with only_one(settings()):
        check_before(settings(), sandbox=True)
        own = own_settings(own_folder(settings().home.resolve()))
        from commands.demo.run import Demo

        ok = asyncio.run(Demo(own, video, Console()).run(leave=leave, target=target))
    raise typer.Exit(0 if ok else 1)


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("demo", help=_("演示：一篇稿件走完全程，一次舆情升到三级。"))(demo)
