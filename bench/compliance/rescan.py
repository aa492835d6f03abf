"""How long the re-scan of an archive takes as upkeep calls it: python -m bench.compliance.rescan [--items N]

A fresh data folder with so many live items (400 characters each, in the item and in its variant; one in fifty breaks a
rule), then `review.lifecycle.rescan.run` again and again until nothing is left. Minutes of upkeep are counted, not
waited for.
"""

import argparse
import os
import tempfile
import time

from yiyuan.staff import roles


def fill(count: int) -> None:
    """One account and `count` live items."""
    from bench.compliance.speed import text
    from yiyuan import clock
    from yiyuan.db.session import transaction
    from yiyuan.models import Account, Item, Post, Revision, Variant
    from yiyuan.staff import members

    now = clock.now()
    with transaction() as s:
        s.add(Account(id=1, platform="bilibili", name="示范", created_at=now))
        author = members.create_staff(s, "one", "作者", [roles.Role.doctor], "内科", "a-long-password-1")
        s.flush()
        for n in range(1, count + 1):
            script = text(400, n) + ("三天断根，永不复发" if n % 50 == 0 else "")
            s.add(
                Item(
                    id=n, title=f"稿件{n}", author_id=author.id, department="内科", content_class="kepu",
                    policy="short_video", state="approved", created_at=now, updated_at=now,
                )
            )  # fmt: skip
            s.flush()
            s.add(Revision(id=n, item_id=n, number=1, texts={"script": script}, created_at=now))
            s.flush()
            s.add(Variant(id=n, revision_id=n, account_id=1, platform="bilibili", title="题", body=text(300, n)))
            s.flush()
            s.add(
                Post(
                    item_id=n, revision_id=n, variant_id=n, account_id=1, platform="bilibili", state="live", due_at=now,
                    token="-", marker=f"m{n}", created_at=now,
                )
            )  # fmt: skip
            s.flush()


def measure(count: int) -> None:
    """Print seconds of the clock and of the processor."""
    from compliance.advertising.active_pack import advertising
    from review.lifecycle import rescan
    from yiyuan.db import upgrade

    upgrade.upgrade()
    fill(count)
    advertising()
    start, busy, checked, minutes = time.perf_counter(), time.process_time(), 0, 0
    while done := rescan.run():
        checked, minutes = checked + done, minutes + 1
    spent, used = time.perf_counter() - start, time.process_time() - busy
    print(f"{checked} live items: {spent:.1f} s, {used:.1f} processor seconds, in {minutes} minute(s) of upkeep")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, default=10_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["YIYUAN_HOME"] = folder
        measure(given.items)
