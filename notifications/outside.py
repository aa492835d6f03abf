"""Sending notices outside: at least once each, with a visible number, until each address took it or a
person acknowledged it.

In the app each notice exists once; outside, a lost answer means that it is sent again with the same 通知编号.
"""

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy.orm import Session

from notifications import notices
from notifications.sender import Message, Sender
from yiyuan import clock
from yiyuan.db.session import transaction
from yiyuan.i18n import _
from yiyuan.models import Notice, Staff
from yiyuan.settings import settings
from yiyuan.staff import members, roles

log = structlog.get_logger()
#: While one process sends, the others leave the notice alone for so long.
CLAIM = timedelta(seconds=60)
AT_ONCE = 4
#: Called in the transaction in which a notice is marked as sent.
OnSent = Callable[[Session, Notice], None]


@dataclass(frozen=True)
class _Outgoing:
    notice_id: int
    message: Message
    #: Those that have not taken it yet.
    addresses: tuple[str, ...]
    has_address: bool


def _outgoing(s: Session, notice: Notice) -> _Outgoing:
    number = _("通知编号 {number}").format(number=notice.id)
    link = f"{settings().console_url}{notice.link}" if notice.link else ""
    body = "\n".join(part for part in (notice.body, link, number) if part)
    urls = list(settings().notice_urls)
    if notice.staff_id is not None:
        urls += members.notice_urls(s.get_one(Staff, notice.staff_id))
    elif notice.role:
        urls += settings().notice_role_urls.get(notice.role, [])
        for person in members.holders(s, roles.Role(notice.role)):
            urls += members.notice_urls(person)
    every, taken = tuple(dict.fromkeys(urls)), notices.taken_addresses(s, notice.id)
    left = tuple(address for address in every if _digest(address) not in taken)
    return _Outgoing(notice.id, Message(f"【{number}】{notice.title}", body, notice.urgent), left, bool(every))


def _digest(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()


def _claimed(limit: int) -> list[_Outgoing]:
    with transaction() as s:
        rows = notices.pending(s, limit)
        for notice in rows:
            notice.not_before = clock.now() + CLAIM
        return [_outgoing(s, notice) for notice in rows]


def nothing_more(_s: Session, _notice: Notice) -> None:
    """Nobody waits for the delivery of a notice."""


def send_pending(senders: Sequence[Sender], limit: int = 50, *, on_sent: OnSent = nothing_more) -> int:
    """Send what waits, urgent ones first; returns how many an outside address took. Failed ones come again later.

    senders: the first that handles an address gets the message for it. on_sent: what else a delivery means, in the
    transaction that marks the notice as sent.
    """

    def deliver(outgoing: _Outgoing) -> bool:
        # Which addresses took it, by their sha256. Each is tried by itself, so that one that fails repeats no other.
        tried = {}
        for address in outgoing.addresses:
            sender = next((sender for sender in senders if sender.handles(address)), None)
            tried[_digest(address)] = sender is not None and sender.send(address, outgoing.message)
        with transaction() as s:
            if not outgoing.has_address:
                notices.mark_no_address(s, outgoing.notice_id)
            else:
                notice = notices.record_round(s, outgoing.notice_id, tried)
                if any(tried.values()):
                    on_sent(s, notice)
        log.info("notice.outside", notice=outgoing.notice_id, addresses=len(tried), taken=sum(tried.values()))
        return any(tried.values())

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sum(pool.map(deliver, _claimed(limit)))
