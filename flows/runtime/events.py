"""Events for Prefect: what happened, from the audit chain, for automations to hang on (a message, another flow).

They are a by-product: nothing in the system waits for them. The chain is the source, so an act by a person in the
console counts like a step's; an event is sent at least once, and its id is made of the entry's hash, so that Prefect
keeps one. Names, ids, states and numbers only: never a text, never a person.
"""

import re
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from prefect.client.orchestration import get_client
from prefect.variables import Variable

from yiyuan import audit
from yiyuan.codes import AuditAction, AuditSubject
from yiyuan.db.async_session import read
from yiyuan.models import AuditEntry

#: Prefect's variable with the number of the last entry that was sent.
CURSOR = "yiyuan_audit_entry_sent"
BATCH = 100
#: Act on record -> event. A name is `yiyuan.<kind of subject>.<what became of it>`.
NAMES: dict[AuditAction, str] = {
    AuditAction.ITEM_SUBMIT: "yiyuan.item.submitted",
    AuditAction.INTAKE_DONE: "yiyuan.item.checked",
    AuditAction.INTAKE_FAILED: "yiyuan.item.check-failed",
    AuditAction.DECISION_RETURN: "yiyuan.item.returned",
    AuditAction.DECISION_REJECT: "yiyuan.item.rejected",
    AuditAction.SHEET_MAKE: "yiyuan.item.approved",
    AuditAction.STAGE_OVERDUE: "yiyuan.item.review-overdue",
    AuditAction.ITEM_WITHDRAW: "yiyuan.item.withdrawn",
    AuditAction.CONSENT_WITHDRAW: "yiyuan.item.consent-withdrawn",
    AuditAction.POST_AWAITING_PERSON: "yiyuan.post.awaiting-person",
    AuditAction.POST_LIVE: "yiyuan.post.live",
    AuditAction.POST_REFUSED: "yiyuan.post.refused",
    AuditAction.POST_PARKED: "yiyuan.post.parked",
    AuditAction.POST_WITHDRAWN: "yiyuan.post.withdrawn",
    AuditAction.HOLD_SET: "yiyuan.releases.held",
    AuditAction.HOLD_LIFT: "yiyuan.releases.resumed",
    AuditAction.EVENT_OPEN: "yiyuan.event.opened",
    AuditAction.EVENT_TIER: "yiyuan.event.tier-raised",
    AuditAction.EVENT_PROPOSE: "yiyuan.event.tier-proposed",
    AuditAction.EVENT_CLOSE: "yiyuan.event.closed",
    AuditAction.DUTY_OVERDUE: "yiyuan.duty.overdue",
}
#: Values of an entry that an event may carry.
CARRIED = ("item", "revision", "platform", "state", "level", "tier", "volume", "event", "duty", "attempt")


def event_of(entry: AuditEntry) -> dict[str, Any] | None:
    """The event of an entry as Prefect's API takes it; None for an act without one."""
    action = AuditAction.known(entry.action)
    kind, _colon, number = entry.subject.partition(":")
    if action not in NAMES or AuditSubject.known(kind) is None or not number.isdigit():
        return None
    payload = {key: entry.detail[key] for key in CARRIED if _is_plain(entry.detail.get(key))}
    return {
        "id": str(uuid5(NAMESPACE_URL, entry.hash)),
        "occurred": entry.at.isoformat(),
        "event": NAMES[action],
        "resource": {"prefect.resource.id": f"yiyuan.{kind}.{number}", "prefect.resource.name": entry.subject},
        "payload": payload | {"entry": entry.number},
    }


def _is_plain(value: object) -> bool:
    """A number or a code; a text could be anybody's."""
    return isinstance(value, int) or (isinstance(value, str) and re.fullmatch(r"[a-z_]{1,40}", value) is not None)


class EventFeed:
    """Sends the events of new entries. One per worker; two workers send an event twice, Prefect keeps it once."""

    def __init__(self) -> None:
        self._sent: int | None = None

    async def send_new(self) -> int:
        """Send what is new, at most BATCH entries; returns how many events. Raises when Prefect is away: sent later.

        The first call ever sends nothing: what happened before anybody could listen is history.
        """
        newest = await read(audit.newest)
        if self._sent is None:
            kept = await Variable.aget(CURSOR)
            self._sent = kept if isinstance(kept, int) else await self._keep(newest)
        if self._sent > newest:
            # The database was restored from a backup: what it holds was sent before, what comes now was not.
            self._sent = await self._keep(newest)
        if self._sent == newest:
            return 0
        entries = await read(audit.since, self._sent, BATCH)
        events = [event for entry in entries if (event := event_of(entry)) is not None]
        if events:
            async with get_client() as client:
                (await client.request("POST", "/events", json=events)).raise_for_status()
        self._sent = await self._keep(entries[-1].number)
        return len(events)

    async def _keep(self, number: int) -> int:
        await Variable.aset(CURSOR, number, overwrite=True)
        return number
