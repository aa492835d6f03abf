"""The long form: `python -m tests.chaos --kills 300 --posts 30 --seed 1`; exits 1 on a lost or doubled post."""

import argparse
import json
import logging
import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import structlog

from channels import registry
from tests.chaos.killing import published_per_marker, storm, troubles
from tests.support.channels import Sandbox, connect, look, planned
from yiyuan.db import upgrade
from yiyuan.db.session import transaction
from yiyuan.models import Staff
from yiyuan.settings import settings
from yiyuan.staff import members


def prepared(folder: Path, sandbox: Sandbox) -> dict[str, Staff]:
    """An installation of its own with the people who sign."""
    os.environ |= {
        "YIYUAN_HOME": str(folder / "home"),
        "YIYUAN_SANDBOX_URL": sandbox.url,
        "YIYUAN_DELIVERY_LEASE_SECONDS": "0.6",
        "YIYUAN_SANDBOX_GRACE_SECONDS": "0.5",
    }
    (folder / "home").mkdir()
    settings.cache_clear()
    upgrade.upgrade()
    sandbox.post("/admin/settings", {"polls": 1, "seconds": 0.3})
    roles = ("doctor", "reviewer", "publicity", "administrator")
    with transaction() as s:
        return {role: members.create_staff(s, role, role, [role], "院办", "correct-horse-9") for role in roles}


def run(kills: int, posts: int, seed: int) -> dict[str, object]:
    """Counts of a storm over `posts` posts on each channel."""
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="yiyuan-chaos-") as name:
        sandbox = Sandbox(Path(name) / "sandbox")
        try:
            staff = prepared(Path(name), sandbox)
            accounts = [connect(sandbox, staff["administrator"], platform) for platform in registry.platforms()]
            ids = [post_id for _ in range(posts) for post_id in planned(staff, accounts)]
            troubles(sandbox, dice, posts)
            begun = time.monotonic()
            killed = storm(dice, ids, kills, longest=0.8, seconds=60 + kills * 3)
            counted = published_per_marker(sandbox, ids)
            states = Counter(look(post_id).state for post_id in ids)
            lost = [post for post in map(look, ids) if post.state == "live" and not counted.get(post.marker, 1)]
            parked = [post.message for post in map(look, ids) if post.state == "parked"]
        finally:
            sandbox.close()
    return {
        "seed": seed,
        "posts": len(ids),
        "kills": killed,
        "seconds": round(time.monotonic() - begun, 1),
        "lost": len(lost),
        "duplicates": sum(count - 1 for count in counted.values() if count > 1),
        "states": dict(states),
        "parked": parked,
    }


def main() -> None:
    """Run and say what came of it."""
    parser = argparse.ArgumentParser(prog="tests.chaos")
    for name, value in (("kills", 300), ("posts", 30), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=value)
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    found = run(options.kills, options.posts, options.seed)
    print(json.dumps(found))
    sys.exit(bool(found["lost"] or found["duplicates"]))


if __name__ == "__main__":
    main()
