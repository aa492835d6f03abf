"""The audit chain notices every change, removal and cut."""

from pathlib import Path

import pytest
from sqlalchemy import delete, update

from yiyuan import audit
from yiyuan.codes import AuditAction
from yiyuan.db.session import transaction
from yiyuan.models import AuditEntry, Staff


@pytest.fixture
def chain(staff: dict[str, Staff]) -> int:
    with transaction() as s:
        for number in range(20):
            audit.append(s, staff["doctor"], AuditAction.ITEM_SUBMIT, f"item:{number}", {"version": number})
    with transaction() as s:
        audit.write_head(s)
        return audit.verify(s).entries


def faults() -> list[str]:
    with transaction(read_only=True) as s:
        return audit.verify(s).faults


def test_an_untouched_chain_holds(chain: int) -> None:
    assert chain > 20
    assert faults() == []


@pytest.mark.parametrize(
    "values", [{"actor": "别人"}, {"detail": {"version": 99}}, {"note": "x"}, {"subject": "item:999"}]
)
def test_a_changed_entry_is_noticed(chain: int, values: dict[str, object]) -> None:
    with transaction() as s:
        s.execute(update(AuditEntry).where(AuditEntry.number == 15).values(**values))
    assert "15" in faults()[0]


def test_a_removed_entry_is_noticed(chain: int) -> None:
    with transaction() as s:
        s.execute(delete(AuditEntry).where(AuditEntry.number == 15))
    assert faults()


def test_a_cut_end_is_noticed_by_the_recorded_head(chain: int) -> None:
    with transaction() as s:
        s.execute(delete(AuditEntry).where(AuditEntry.number > chain - 3))
    assert any("链头" in fault for fault in faults())


def test_a_rebuilt_chain_is_noticed_by_the_recorded_head(chain: int) -> None:
    with transaction() as s:
        last = s.get_one(AuditEntry, chain)
        last.note = "rewritten"
        last.hash = audit._hash(last)
    assert any("链头" in fault for fault in faults())


def test_heads_are_written_once_per_move(chain: int, home: Path) -> None:
    with transaction() as s:
        audit.write_head(s)
        audit.write_head(s)
    assert len((home / "audit-heads.jsonl").read_text().splitlines()) == 1
