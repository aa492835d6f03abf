"""Notices to the outside through Apprise (企业微信, 钉钉, 飞书, e-mail): at least once, with a visible number.

In the app each notice exists once; outside, a lost answer means that it is sent again with the same 通知编号.
"""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import apprise
import structlog
from sqlalchemy.orm import Session

from yiyuan import clock, notices, people
from yiyuan.models import Notice, Staff
from yiyuan.settings import settings
from yiyuan.store import transaction
from yiyuan.texts import _

log = structlog.get_logger()
#: While one process sends, the others leave the notice alone for so long.
CLAIM = timedelta(seconds=60)
AT_ONCE = 4

# Apprise names addresses in its messages, and addresses hold tokens.
logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True)
class _Letter:
    notice_id: int
    title: str
    body: str
    urgent: bool
    urls: tuple[str, ...]


def _addresses(s: Session, notice: Notice) -> tuple[str, ...]:
    urls = list(settings().notice_urls)
    if notice.staff_id is not None:
        urls += people.notice_urls(s.get_one(Staff, notice.staff_id))
    elif notice.role:
        urls += settings().notice_role_urls.get(notice.role, [])
        for person in people.holders(s, people.Role(notice.role)):
            urls += people.notice_urls(person)
    return tuple(dict.fromkeys(urls))


def _letter(s: Session, notice: Notice) -> _Letter:
    number = _("通知编号 {number}").format(number=notice.id)
    link = f"{settings().console_url}{notice.link}" if notice.link else ""
    body = "\n".join(part for part in (notice.body, link, number) if part)
    return _Letter(notice.id, f"【{number}】{notice.title}", body, notice.urgent, _addresses(s, notice))


def _claimed(limit: int) -> list[_Letter]:
    with transaction() as s:
        rows = notices.pending(s, limit)
        for notice in rows:
            notice.not_before = clock.now() + CLAIM
        return [_letter(s, notice) for notice in rows]


def _sent(letter: _Letter) -> int:
    """How many addresses took it. Each is tried by itself, so that one that fails does not repeat the others."""
    kind = apprise.NotifyType.WARNING if letter.urgent else apprise.NotifyType.INFO
    taken = 0
    for url in letter.urls:
        robot = apprise.Apprise()
        taken += bool(robot.add(url) and robot.notify(title=letter.title, body=letter.body, notify_type=kind))
    return taken


def _keep(letter: _Letter, taken: int) -> None:
    with transaction() as s:
        if not letter.urls:
            notices.mark_no_address(s, letter.notice_id)
        elif taken:
            notices.mark_sent(s, letter.notice_id)
        else:
            notices.mark_unsent(s, letter.notice_id, _("{n} 个地址都没有收下").format(n=len(letter.urls)))
    log.info("notice.outside", notice=letter.notice_id, addresses=len(letter.urls), taken=taken)


def send_pending(limit: int = 50) -> int:
    """Send what waits, urgent ones first; returns how many an outside address took. Failed ones come again later."""

    def one(letter: _Letter) -> bool:
        taken = _sent(letter)
        _keep(letter, taken)
        return taken > 0

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sum(pool.map(one, _claimed(limit)))
