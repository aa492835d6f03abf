"""kill -9 between any two steps of a delivery, on every channel: exactly one post, and none lost."""

import random
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from channels import registry
from channels.delivery import deliver, failpoints
from tests.chaos.killing import (
    KILLED,
    deliver_killed_at,
    deliver_killed_in_flight,
    published_per_marker,
    storm,
    troubles,
)
from tests.support.channels import SUBMIT, Sandbox, carry, connect, look, planned
from yiyuan import clock
from yiyuan.db.session import transaction
from yiyuan.models import Asset, Attempt, ManualPosting, Post, Staff
from yiyuan.settings import settings

#: Where a delivery comes to rest: where we publish, it is live; elsewhere a person does it.
REST = {code: "live" if code in SUBMIT else "awaiting_person" for code in registry.platforms()}


def points(post_id: int) -> list[str]:
    """Every point that a delivery without trouble comes to, in order."""
    seen: list[str] = []
    failpoints.arm(seen.append)
    try:
        deliver.deliver(post_id)
    finally:
        failpoints.arm(None)
    return list(dict.fromkeys(seen))


def killed_at(post_id: int, point: str) -> bool:
    """Deliver until a kill fell on the point: a disk slower than this short lease ends a delivery before it."""
    return any(deliver_killed_at(post_id, point) == KILLED for _try in range(5))


def check_once(sandbox: Sandbox, posts: list[int], platform: str) -> None:
    assert carry(posts, seconds=60) == [REST[platform]] * len(posts)
    counted = published_per_marker(sandbox, posts)
    assert set(counted.values()) <= {1}, counted
    assert len(sandbox.posts()) == len(counted), "nothing on the platform that we do not know"
    with transaction(read_only=True) as s:
        open_ends = s.scalar(select(func.count()).where(Attempt.outcome == "", Attempt.step != "find"))
        assert open_ends == 0, "every call that was begun was accounted for"
        if platform not in SUBMIT:
            packs = [s.get_one(Asset, pack_id).sha256 for pack_id in s.scalars(select(ManualPosting.pack_id))]
            assert len(packs) == len(posts)


@pytest.mark.parametrize("platform", list(registry.platforms()))
def test_killed_between_any_two_steps(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int], platform: str
) -> None:
    (first,) = planned(staff, [accounts[platform]])
    names = points(first)
    assert len(names) >= 4
    posts = [planned(staff, [accounts[platform]])[0] for _name in names]
    for post_id, name in zip(posts, names, strict=True):
        assert killed_at(post_id, name), name
    check_once(sandbox, [first, *posts], platform)


@pytest.mark.parametrize("platform", list(SUBMIT))
@pytest.mark.parametrize("second", ["find:after_call", "submit:after_row", "submit:after_call"])
def test_killed_again_while_it_is_looked_up(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int], platform: str, second: str
) -> None:
    posts = []
    for name in ("submit:after_row", "submit:after_call"):
        (post_id,) = planned(staff, [accounts[platform]])
        posts.append(post_id)
        assert killed_at(post_id, name)
    time.sleep(1.3)
    deliver.reconcile()
    assert [look(post_id).state for post_id in posts] == ["unsure", "unsure"]
    for post_id in posts:
        deliver_killed_at(post_id, "find:after_call" if second == "find:after_call" else "never")
        if look(post_id).state == "planned":
            assert killed_at(post_id, second)
    check_once(sandbox, posts, platform)


@pytest.mark.parametrize("platform", list(SUBMIT))
def test_killed_while_the_submit_is_on_its_way(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int], platform: str
) -> None:
    """The platform commits after the process is dead."""
    (post_id,) = planned(staff, [accounts[platform]])
    sandbox.fault(SUBMIT[platform], "delay", seconds=0.9)
    assert deliver_killed_in_flight(post_id, "submit", 0.15) == KILLED
    assert sandbox.posts() == [], "not committed yet"
    check_once(sandbox, [post_id], platform)


@pytest.mark.parametrize("platform", list(SUBMIT))
def test_the_grace_is_what_saves_it(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int], platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looking before the platform's slowest commit would answer "absent": the wait must reach past the lease's end."""
    (post_id,) = planned(staff, [accounts[platform]])
    assert deliver_killed_at(post_id, "submit:after_row") == KILLED
    lease_until = look(post_id).lease_until
    time.sleep(0.7)
    assert deliver.reconcile() == 1
    waits = look(post_id).not_before
    assert lease_until is not None
    assert waits is not None
    assert (waits - lease_until).total_seconds() == pytest.approx(0.5)
    if waits > clock.now():
        assert post_id not in deliver.due()


@pytest.mark.slow
def test_a_storm_of_kills_and_faults(sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]) -> None:
    """The short form; `python -m tests.chaos` is the long one."""
    dice = random.Random(20260101)
    posts = [post_id for _ in range(4) for post_id in planned(staff, list(accounts.values()))]
    troubles(sandbox, dice, 30)
    killed = storm(dice, posts, kills=20, longest=0.3, seconds=120)
    assert killed == 20
    assert set(published_per_marker(sandbox, posts).values()) == {1}
    assert len(sandbox.posts()) == 8


def test_the_sandbox_survives_being_killed_too(
    staff: dict[str, Staff], tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "own"
    running = Sandbox(folder)
    port = int(running.url.rsplit(":", 1)[1])
    monkeypatch.setenv("YIYUAN_SANDBOX_URL", running.url)
    monkeypatch.setenv("YIYUAN_SANDBOX_GRACE_SECONDS", "0.5")
    settings.cache_clear()
    running.post("/admin/settings", {"polls": 1, "seconds": 0.2})
    account = connect(running, staff["administrator"], "bilibili")
    (post_id,) = planned(staff, [account])
    assert deliver.deliver(post_id) == "accepted"
    running.kill()
    assert deliver.deliver(post_id) in ("accepted", "live")
    again = Sandbox(folder, port)
    try:
        with transaction() as s:
            s.get_one(Post, post_id).not_before = None
        assert carry([post_id]) == ["live"]
        assert len(again.posts()) == 1
    finally:
        again.close()
        running.http.close()
