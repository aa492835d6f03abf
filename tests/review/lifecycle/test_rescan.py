"""After a change of the pack: batches that go on where they stopped, one list, one confirmation."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from compliance.advertising import active_pack
from review.lifecycle import rescan as lifecycle_rescan
from review.lifecycle import rescan_batch
from tests.support.releases import publish
from tests.support.rulepack import RULE, write_rules
from yiyuan import clock
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, Conflict, Refused
from yiyuan.models import Account, Notice, Post, Rescan, RescanHit, Staff


@pytest.fixture
def live(staff: dict[str, Staff]) -> Iterator[dict[str, Staff]]:
    """Five live items, two of them against the pack."""
    with transaction() as s:
        s.add(Account(id=1, platform="bilibili", name="示范", created_at=clock.now()))
        s.flush()
        for number in range(5):
            publish(s, number, "三天断根，永不复发" if number in (1, 4) else "测血压前静坐五分钟")
    yield staff


def _hits() -> list[RescanHit]:
    with transaction(read_only=True) as s:
        return list(s.scalars(select(RescanHit).order_by(RescanHit.id)))


def _another_version(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    checker = active_pack.advertising()
    pack = checker.pack.model_copy(update={"version": version})
    monkeypatch.setattr(checker, "pack", pack)


def test_what_is_live_is_checked_once_per_version_and_publicity_is_told(live: dict[str, Staff]) -> None:
    assert (lifecycle_rescan.run(), lifecycle_rescan.run()) == (5, 0)
    assert [{f["rule"] for f in hit.found} for hit in _hits()] == [{"MA01"}, {"MA01"}]
    with transaction(read_only=True) as s:
        (notice,) = s.scalars(select(Notice).where(Notice.key.startswith("rescan:")))
        assert "2 篇" in notice.title and (notice.role, notice.link) == ("publicity", "/rescan")


def test_a_run_that_stopped_goes_on_where_it_was(live: dict[str, Staff], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle_rescan, "BATCH", 2)
    monkeypatch.setattr(lifecycle_rescan, "SECONDS", 0.0)
    seen: list[int] = []
    whole = rescan_batch.check_batch

    def counted(s: Any, after: int, limit: int) -> rescan_batch.Batch:
        batch = whole(s, after, limit)
        seen.append(batch.checked)
        if len(seen) == 2:
            raise RuntimeError("killed")
        return batch

    monkeypatch.setattr(rescan_batch, "check_batch", counted)
    monkeypatch.setattr(lifecycle_rescan, "SECONDS", 15.0)
    with pytest.raises(RuntimeError):
        lifecycle_rescan.run()
    assert lifecycle_rescan.run() == 3
    with transaction(read_only=True) as s:
        row = s.scalars(select(Rescan)).one()
    assert (row.checked, len(_hits())) == (5, 2) and row.finished_at is not None


def test_one_confirmation_takes_down_what_was_chosen(live: dict[str, Staff]) -> None:
    lifecycle_rescan.run()
    first, second = _hits()
    with transaction() as s:
        posts = lifecycle_rescan.take_down(s, live["publicity"], [first.id, second.id], "新规则：断言疗效")
    with transaction(read_only=True) as s:
        found = [s.get_one(Post, number) for number in posts]
    assert len(found) == 2 and all(p.recalled_at and "新规则" in (p.withdraw_reason or "") for p in found)
    with transaction() as s, pytest.raises(Conflict):
        lifecycle_rescan.keep(s, live["publicity"], [first.id], "再想想")


def test_what_was_kept_is_not_asked_again_unless_more_is_found(
    live: dict[str, Staff], monkeypatch: pytest.MonkeyPatch
) -> None:
    lifecycle_rescan.run()
    with transaction() as s:
        lifecycle_rescan.keep(s, live["publicity"], [_hits()[0].id], "引述谣言，后文已驳斥")
    _another_version(monkeypatch, "next")
    assert lifecycle_rescan.run() == 5
    assert [hit.decision for hit in _hits()] == ["kept", "", "kept", ""]


@pytest.mark.parametrize(("role", "chosen", "reason", "error"), [
    ("operations", True, "新规则", Refused),
    ("publicity", False, "新规则", BadInput),
    ("publicity", True, " ", BadInput),
])  # fmt: skip
def test_a_decision_needs_publicity_a_choice_and_a_reason(
    live: dict[str, Staff], role: str, chosen: bool, reason: str, error: type[Exception]
) -> None:
    lifecycle_rescan.run()
    with transaction() as s, pytest.raises(error):
        lifecycle_rescan.take_down(s, live[role], [_hits()[0].id] if chosen else [], reason)


def test_a_rule_of_the_hospitals_own_starts_a_re_scan_without_a_restart(live: dict[str, Staff]) -> None:
    lifecycle_rescan.run()
    write_rules(active_pack.own_folder(), RULE.replace("甲乙丙丁", "静坐五分钟"))
    assert (lifecycle_rescan.run(), lifecycle_rescan.run()) == (5, 0)
    assert [{f["rule"] for f in hit.found} for hit in _hits() if hit.rescan_id == 2].count({"ZZ01"}) == 3
