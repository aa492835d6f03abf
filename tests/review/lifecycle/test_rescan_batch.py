"""When the pack changes, live items are checked again in batches."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from review.lifecycle import rescan_batch
from tests.support.releases import publish
from yiyuan import clock
from yiyuan.db.session import transaction
from yiyuan.models import Account, Finding, Staff


@pytest.fixture
def s(staff: dict[str, Staff]) -> Iterator[Session]:
    with transaction() as session:
        session.add(Account(id=1, platform="bilibili", name="示范", created_at=clock.now()))
        session.flush()
        yield session


def scan(s: Session, limit: int = 2) -> list[rescan_batch.Stopped]:
    stopped: list[rescan_batch.Stopped] = []
    last = 0
    while not (batch := rescan_batch.check_batch(s, last, limit)).is_last:
        assert batch.checked <= limit
        stopped += batch.stopped
        last = batch.last_revision_id
    return stopped


def test_what_would_be_stopped_is_listed_over_several_batches(s: Session) -> None:
    bad = [publish(s, n, "三次断根" if n % 2 else "测血压前静坐五分钟") for n in range(5)][1::2]
    assert [each.revision_id for each in scan(s)] == [r.id for r in bad]


def test_texts_of_variants_count(s: Session) -> None:
    publish(s, 1, "测血压前静坐", body="私信领取资料")
    (result,) = scan(s)
    assert {f.rule for f in result.found} == {"MA11"}


def test_what_is_not_live_is_left_alone(s: Session) -> None:
    publish(s, 1, "三次断根", state="withdrawn")
    assert scan(s) == []


def test_a_finding_a_person_has_answered_does_not_come_back(s: Session) -> None:
    revision = publish(s, 1, "三次断根")
    s.add(
        Finding(
            revision_id=revision.id, checker="advertising", rule="MA01", severity="block", title="t", field="script",
            excerpt="三次断根", disposition="waived",
        )
    )  # fmt: skip
    s.flush()
    assert scan(s) == []


def test_a_scan_is_due_once_per_version_of_the_pack(s: Session) -> None:
    assert rescan_batch.is_due(s)
    rescan_batch.finish(s, scan(s))
    assert not rescan_batch.is_due(s)
