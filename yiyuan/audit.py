"""The audit chain: every entry carries the hash of the one before it.

The newest hash (the head) is also written to a file outside the database every minute, so that cutting off the end or
rebuilding the chain is noticed too: each recorded head must be a prefix of today's chain.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from yiyuan import clock
from yiyuan.canonical_json import digest
from yiyuan.codes import AuditAction
from yiyuan.i18n import _
from yiyuan.models import AuditEntry, Staff
from yiyuan.settings import settings

GENESIS = "0" * 64
#: The actor of what no person did.
SYSTEM = "system"


def _hash(entry: AuditEntry) -> str:
    return digest(
        [
            entry.number,
            entry.at,
            entry.actor_id,
            entry.actor,
            entry.action,
            entry.subject,
            entry.detail,
            entry.note,
            entry.previous,
        ]
    )


def append(
    s: Session,
    actor: Staff | None,
    action: AuditAction,
    subject: str,
    detail: dict[str, Any] | None = None,
    note: str = "",
) -> AuditEntry:
    """Add one entry in the caller's transaction. `detail` holds ids, digests and states, never patient data."""
    s.flush()
    last = s.scalar(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1).with_for_update())
    entry = AuditEntry(
        number=last.number + 1 if last else 1,
        at=clock.now(),
        actor_id=actor.id if actor else None,
        actor=actor.name if actor else SYSTEM,
        action=action.value,
        subject=subject,
        detail=detail or {},
        note=note,
        previous=last.hash if last else GENESIS,
    )
    entry.hash = _hash(entry)
    s.add(entry)
    s.flush()
    return entry


def newest(s: Session) -> int:
    """Number of the newest entry; 0 for an empty chain."""
    return s.scalar(select(func.max(AuditEntry.number))) or 0


def since(s: Session, number: int, limit: int, subject: str = "") -> list[AuditEntry]:
    """Entries after a number, oldest first; those of one subject when it is given."""
    query = select(AuditEntry).where(AuditEntry.number > number).order_by(AuditEntry.number).limit(limit)
    return list(s.scalars(query.where(AuditEntry.subject == subject) if subject else query))


@dataclass
class AuditReport:
    """`faults` are Chinese sentences; none means that the chain holds."""

    entries: int = 0
    heads: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Nothing was changed, removed or cut off."""
        return not self.faults


def _recorded_heads() -> list[dict[str, Any]]:
    path = settings().home / "audit-heads.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines() if line] if path.exists() else []


def _check_chain(s: Session, report: AuditReport) -> dict[int, str]:
    hashes: dict[int, str] = {}
    previous = GENESIS
    for number, entry in enumerate(
        s.scalars(select(AuditEntry).order_by(AuditEntry.number).execution_options(yield_per=1000)), 1
    ):
        if entry.number != number or entry.previous != previous or entry.hash != _hash(entry):
            report.faults.append(_("审计记录第 {number} 条被改动，或其前有缺失").format(number=entry.number))
            break
        hashes[number] = previous = entry.hash
    report.entries = len(hashes)
    return hashes


def verify(s: Session) -> AuditReport:
    """Recompute the chain and compare every head recorded outside the database with it."""
    report = AuditReport()
    hashes = _check_chain(s, report)
    for head in _recorded_heads():
        report.heads += 1
        if hashes.get(head["number"]) != head["hash"]:
            report.faults.append(
                _("库外记录的第 {number} 条链头与审计链不符：记录被截断或重写").format(number=head["number"])
            )
    return report


def write_head(s: Session) -> bool:
    """Append the newest hash to the file outside the database; False when it has not moved."""
    last = s.scalar(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1))
    heads = _recorded_heads()
    if last is None or (heads and heads[-1]["hash"] == last.hash):
        return False
    with (settings().home / "audit-heads.jsonl").open("a") as file:
        file.write(json.dumps({"at": clock.now().isoformat(), "number": last.number, "hash": last.hash}) + "\n")
    return True
