"""One Prefect server for all flow tests, and small steps of the tests' own that leave a mark on disk."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.testing.utilities import prefect_test_harness

from flows.runtime import catalogue
from flows.runtime.catalogue import Step

STEPS_MODULE = """
import asyncio, os, pathlib
from prefect import flow
from prefect.runtime import flow_run
from flows.runtime.outbox_runs import carried

MARKS = pathlib.Path(os.environ["YIYUAN_TEST_MARKS"])

@flow(name="probe_short", flow_run_name="{subject} probe_short a{attempt}")
async def short(revision_id: int, attempt: int = 1, subject: str = "", row: int = 0) -> None:
    async with carried("advance", row):
        if (MARKS / "fail").exists():
            raise RuntimeError("as asked")
        await asyncio.sleep(float(os.environ.get("YIYUAN_TEST_SLEEP", "0")))
        (MARKS / f"short-{revision_id}-{attempt}").write_text(f"{flow_run.name}|{','.join(flow_run.tags)}")

@flow(name="probe_long", flow_run_name="{subject} probe_long a{attempt}")
async def long(revision_id: int, attempt: int = 1, subject: str = "", row: int = 0) -> None:
    async with carried("intake", row):
        (MARKS / f"long-{revision_id}-{attempt}").write_text(str(flow_run.id))
"""

SHORT = Step(
    "probe_short", "yiyuan_probe_steps:short", "short", "A short step of the tests.", ("revision_id",), limit=4
)
LONG = Step("probe_long", "yiyuan_probe_steps:long", "long", "A long step of the tests.", ("revision_id",))


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[None]:
    """A real Prefect server with its own database, once per session: starting it takes ten seconds and more."""
    with prefect_test_harness(server_startup_timeout=90):
        yield


@pytest.fixture
def marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the steps leave their marks; their module can be imported here and in child processes."""
    folder = tmp_path / "marks"
    folder.mkdir()
    (tmp_path / "yiyuan_probe_steps.py").write_text(STEPS_MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    monkeypatch.setenv("YIYUAN_TEST_MARKS", str(folder))
    for step in (SHORT, LONG):
        monkeypatch.setitem(catalogue._BY_NAME, step.name, step)
    monkeypatch.delitem(__import__("sys").modules, "yiyuan_probe_steps", raising=False)
    return folder
