"""The lease of a running intake: one run at a time, taken over when its holder falls silent.

`Revision.attempt` fences: whoever took the lease last is the only one whose results are saved, so a run that was
believed dead and wakes up changes nothing any more.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from notifications import notices
from review.items import moves
from yiyuan import audit, clock
from yiyuan.codes import AuditAction, ItemState, NoticeKind
from yiyuan.db import lease
from yiyuan.db.session import transaction
from yiyuan.errors import Conflict
from yiyuan.i18n import _
from yiyuan.models import Item, Revision
from yiyuan.settings import settings

log = structlog.get_logger()
ATTEMPTS = 3


class LeaseLost(Exception):
    """Another run has taken over, or the item left the intake."""


@dataclass(frozen=True)
class IntakeLease:
    """A lease that was taken."""

    revision_id: int
    attempt: int

    @contextmanager
    def saving(self) -> Iterator[tuple[Session, Item, Revision]]:
        """A transaction in which results may be saved; Lost when this run may not save any more."""
        with transaction() as s:
            revision = s.get_one(Revision, self.revision_id, with_for_update=True)
            item = s.get_one(Item, revision.item_id, with_for_update=True)
            current = item.state == ItemState.INTAKE and item.revision_number == revision.number
            if not current or revision.attempt != self.attempt:
                raise LeaseLost
            yield s, item, revision

    def renew(self) -> None:
        """Push the lease's end out. One that was given back stays so: a renewal may come in the moment after."""
        with self.saving() as (_s, _item, revision):
            if revision.lease_until is not None:
                revision.lease_until = _until()

    def kept(self) -> AbstractContextManager[None]:
        """Renew the lease from a thread while the body runs."""
        seconds, name = settings().intake_lease_seconds, f"revision:{self.revision_id}"
        return lease.renewed_by_thread(self.renew, seconds, name=name, ends_on=(LeaseLost,))

    def give_back(self, error: Exception, message: str) -> bool:
        """After a failure: True when it was the last attempt and the item now stands in `intake_failed`."""
        with self.saving() as (s, item, revision):
            revision.lease_until = None
            if self.attempt >= ATTEMPTS:
                fail(s, item, revision, message)
        log.warning("intake_attempt_failed", revision=self.revision_id, attempt=self.attempt, kind=type(error).__name__)
        return self.attempt >= ATTEMPTS


def _until() -> datetime:
    return clock.now() + timedelta(seconds=settings().intake_lease_seconds)


def take(revision_id: int) -> IntakeLease | None:
    """Take the lease. None: the intake of this revision is over. Conflict: another run holds it and is alive."""
    with transaction() as s:
        revision = s.get_one(Revision, revision_id, with_for_update=True)
        item = s.get_one(Item, revision.item_id, with_for_update=True)
        if item.state != ItemState.INTAKE or item.revision_number != revision.number:
            return None
        if revision.lease_until is not None and revision.lease_until > clock.now():
            raise Conflict(_("该稿件正在处理中"))
        if revision.attempt >= ATTEMPTS:
            fail(s, item, revision, _("处理多次中断，请重新提交；仍不成功请联系管理员"))
            return None
        revision.attempt += 1
        revision.lease_until = _until()
        return IntakeLease(revision.id, revision.attempt)


def fail(s: Session, item: Item, revision: Revision, message: str) -> None:
    """End the intake with a sentence for the author, who can upload and submit again."""
    revision.failure, revision.lease_until, revision.eta_seconds = message, None, None
    revision.accepted_by = revision.accepted_at = None
    item.level = 0
    moves.moved(item, ItemState.INTAKE_FAILED)
    audit.append(
        s, None, AuditAction.INTAKE_FAILED, f"item:{item.id}", {"revision": revision.id, "attempt": revision.attempt}
    )
    title = _("稿件《{title}》处理失败").format(title=item.title[:60])
    key, link = f"item:{item.id}:intake_failed:{item.version}", f"/items/{item.id}"
    notices.post(
        s, key=key, kind=NoticeKind.RETURNED, title=title, body=message, link=link, staff_id=revision.editors[-1]
    )
