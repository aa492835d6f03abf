"""A run leaves an artifact that says what it did."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from prefect import flow
from prefect.artifacts import Artifact

from flows.runtime import run_report
from flows.runtime.catalogue import step
from flows.runtime.outbox_runs import carried
from yiyuan import audit
from yiyuan.codes import AuditAction
from yiyuan.db.session import transaction
from yiyuan.models import Staff

pytestmark = pytest.mark.prefect


def _append(*acts: tuple[AuditAction, str]) -> None:
    with transaction() as s:
        for action, subject in acts:
            audit.append(s, None, action, subject)


@flow(name="reporting")
async def reporting(name: str, subject: str, note: tuple[str, int] | None = None, acts: bool = True) -> None:
    async with carried(name, 0, subject) as report:
        if acts:
            await asyncio.to_thread(
                _append, (AuditAction.POST_ACCEPTED, "post:7"), (AuditAction.POST_LIVE, "post:8"),
                (AuditAction.POST_LIVE, "post:7"),
            )  # fmt: skip
        if note:
            report.note(*note)


async def _text(key: str) -> str:
    artifact = await Artifact.aget(key)
    return str(artifact.data) if artifact else ""


def test_it_lists_the_acts_on_its_subject_and_the_numbers(home: Path, prefect_server: None) -> None:
    _append((AuditAction.POST_PLAN, "post:7"))

    async def scenario() -> str:
        await reporting("release", "post:7", ("发布单状态", 3))
        return await _text("post-7")

    lines = asyncio.run(scenario()).splitlines()
    assert lines[0] == "- 发布单状态：**3**"
    assert [line.split()[-1] for line in lines[1:]] == ["平台已受理", "已发布"], "its own, since it began"


def test_a_minutely_step_that_found_nothing_leaves_none(home: Path, prefect_server: None) -> None:
    async def scenario() -> tuple[str, str]:
        await reporting("watch", "", acts=False)
        before = await _text("watch")
        await reporting("watch", "", ("新评论", 12), acts=False)
        return before, await _text("watch")

    before, after = asyncio.run(scenario())
    assert (before, after) == ("", "- 新评论：**12**")


def test_the_nightly_step_says_so_when_all_is_well(home: Path, staff: dict[str, Staff], prefect_server: None) -> None:
    async def scenario() -> str:
        await step("nightly").flow()()
        return await _text("nightly")

    assert "- 记录异常：**0**" in asyncio.run(scenario())


def test_prefect_without_an_answer_does_not_undo_the_step(
    home: Path, prefect_server: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_args: Any, **_more: Any) -> None:
        raise ConnectionError("away")

    monkeypatch.setattr(run_report, "acreate_markdown_artifact", refuse)
    asyncio.run(reporting("release", "post:7", ("发布单状态", 3)))
