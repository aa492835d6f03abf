"""kill -9 of every child while an item is under way: it arrives all the same, and once."""

import time
from collections import Counter
from pathlib import Path

import httpx
import psutil
import pytest

from commands.demo import author_steps, clip, release_steps, setup_steps, signing_steps, state_queries
from commands.demo.context import Step
from tests.support.installation import Installation, installation, wait
from yiyuan import audit
from yiyuan.codes import ItemState
from yiyuan.db.session import transaction
from yiyuan.models import Attempt, OutboxRow, Post

pytestmark = pytest.mark.prefect


def scheduled(address: str) -> int:
    """Runs of the nightly deployment that Prefect has planned."""
    body = {
        "deployments": {"name": {"any_": ["nightly"]}},
        "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}},
    }
    answer = httpx.post(f"{address}/flow_runs/filter", json=body, trust_env=False)
    return len(answer.raise_for_status().json())


def in_intake(running: Installation, item_id: int, *stages: str) -> None:
    """Wait until the intake of an item is at work there."""
    wait(
        lambda: running.stage.read(lambda s: state_queries.revision(s, item_id).stage) in stages,
        120,
        f"intake at {stages}",
    )


def submit(running: Installation, folder: Path) -> int:
    running.stage.video = clip.make(folder / "short.mp4", seconds=4.0)
    return author_steps.submit(running.stage)


def sign_all(running: Installation, item_id: int) -> None:
    stage = running.stage
    author_steps.mend(stage, item_id)
    author_steps.wait_for_intake(stage, item_id, Step(""), ItemState.NAMING)
    author_steps.name_faces(stage, item_id, clip_is_ours=False)
    author_steps.accept(stage, item_id)
    stage.until(state_queries.in_state(item_id, "review"), 180, "review")
    signing_steps.sign(stage, "lin", item_id, 1)
    running.kill("console")
    wait(lambda: answers(running), 60, "console back")
    signing_steps.sign(stage, "zhou", item_id, 2)
    signing_steps.sign(stage, "fang", item_id, 3)


def answers(running: Installation) -> bool:
    try:
        return httpx.get(f"{running.stage.own.console_url}/healthz", trust_env=False).is_success
    except httpx.TransportError:
        return False


def a_post_is_going_out() -> bool:
    with transaction(read_only=True) as s:
        return s.query(Attempt).count() > 0 and s.query(Post).filter(Post.state == "sending").count() > 0


def test_the_item_arrives_once_whatever_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with installation(tmp_path, monkeypatch) as running:
        stage = running.stage
        began = time.monotonic()
        wait(lambda: scheduled(stage.own.prefect_url) > 0, 30, "the cron deployment gets scheduled runs")
        assert time.monotonic() - began < 30

        setup_steps.hire(stage)
        setup_steps.connect(stage)
        item_id = submit(running, tmp_path)
        in_intake(running, item_id, "detect", "render")
        for process in running.flow_processes():
            process.kill()
        running.kill("prefect")
        stage.until(state_queries.in_state(item_id, "intake"), 10, "still in intake")
        running.kill("runner")
        stage.until(state_queries.in_state(item_id, "naming"), 300, "intake done in spite of all")

        sign_all(running, item_id)
        wait(a_post_is_going_out, 60, "a post under way")
        running.kill("worker")
        running.kill("sandbox")
        release_steps.wait_for_posts(stage, item_id, Step(""), expected=3)
        release_steps.post_by_hand(stage, item_id)
        stage.until(lambda s: state_queries.all_live(s, item_id), 60, "all live")

        posted = Counter(post["platform"] for post in stage.sandbox("GET", "/admin/posts").json())
        assert posted == {"official_account": 1, "bilibili": 1, "xiaohongshu": 1}
        assert all(count >= 1 for count in running.restarts().values()), running.restarts()
        wait(
            lambda: stage.read(lambda s: s.query(OutboxRow).filter(OutboxRow.state != "done").count()) == 0,
            90,
            "outbox",
        )
        report = stage.read(audit.verify)
        assert report.ok, report.faults
        pids = list(running.supervisor.pids().values())
    assert not any(psutil.pid_exists(pid) for pid in pids)


def test_stopping_takes_seconds_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with installation(tmp_path, monkeypatch) as running:
        pids = list(running.supervisor.pids().values())
        assert set(running.supervisor.pids()) == {"prefect", "sandbox", "runner", "worker", "console"}
        assert running.close() < 20
        assert not any(psutil.pid_exists(pid) for pid in pids)
