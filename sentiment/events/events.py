"""Negative events: open them, keep their volume, tell which ones moved. What a tier starts `playbooks` decides."""

import hashlib
import re

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from sentiment.events import opening_rules
from sentiment.events.opening import DEFAULT_PLAYBOOK, note, open_event, open_event_of
from sentiment.events.volume import Volume, crossed_at, history, volume
from yiyuan import audit, clock
from yiyuan.codes import AuditAction, EventState, TimelineKind
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, Missing
from yiyuan.i18n import _
from yiyuan.models import Event, EventThread, Staff, Thread, VolumePoint
from yiyuan.staff.permissions import Action, require

__all__ = ["Volume", "crossed_at", "history", "mark_turned", "open_by_hand", "refresh", "volume"]

_LOCK = 0x59594556


def refresh() -> list[int]:
    """Apply the opening rules, recompute volumes and return the open events whose tier must be looked at again.

    One transaction of its own. An event that no playbook has answered yet is returned until one has.
    """
    with transaction() as s:
        # SQLite has one writer anyway; on PostgreSQL two refreshes at once could open one event twice.
        if s.get_bind().dialect.name == "postgresql":
            s.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        opening_rules.open_by_rules(s)
        opened = select(Event).where(Event.state == EventState.OPEN).order_by(Event.id)
        return [event.id for event in s.scalars(opened).all() if _recount(s, event) or event.tier == 0]


def _recount(s: Session, event: Event) -> bool:
    """Write a point of the curve when volume or negative share moved; whether they did."""
    counts = volume(s, event)
    last = s.scalar(
        select(VolumePoint).where(VolumePoint.event_id == event.id).order_by(VolumePoint.id.desc()).limit(1)
    )
    event.volume, event.copies = counts.total, counts.copies
    if last is not None and (last.volume, last.negative) == (counts.total, counts.negative):
        return False
    s.add(VolumePoint(event_id=event.id, at=clock.now(), volume=counts.total, negative=counts.negative))
    s.flush()
    return True


def open_by_hand(
    s: Session,
    staff: Staff,
    *,
    title: str,
    url: str,
    platform: str,
    text: str = "",
    whole: bool = True,
    playbook: str = DEFAULT_PLAYBOOK,
) -> Event:
    """A person reports a negative topic. An address that is already in an open event leads to that event.

    `whole`: all comments of the post count (its topic is negative); otherwise only those attached to the event.
    playbook: as in `open_event`; an event that is open already keeps its own.
    """
    require(staff, Action.open_event)
    if not title.strip():
        raise BadInput(_("请填写事件标题"), field="title")
    if not re.fullmatch(r"https?://\S{4,}", url.strip()) and (url.strip() or not text.strip()):
        raise BadInput(_("请填写帖子链接（以 http:// 或 https:// 开头），没有链接时请抄录内容"), field="url")
    if not platform.strip():
        raise BadInput(_("请选择平台"), field="platform")
    thread = _thread(s, title.strip(), url.strip(), platform.strip(), text.strip())
    known = open_event_of(s, thread.id)
    if known is not None:
        note(s, known, TimelineKind.REPORT, _("再次上报：{title}").format(title=title.strip()), staff)
        return known
    why = _("{name}人工上报").format(name=staff.name)
    return open_event(s, title=title.strip(), why=why, threads=[thread], whole=whole, staff=staff, playbook=playbook)


def mark_turned(s: Session, staff: Staff, thread_id: int) -> Event:
    """A person says that a post of ours has turned: from now on all its comments count. Twice is harmless."""
    require(staff, Action.mark_turned)
    thread = s.get(Thread, thread_id)
    if thread is None:
        raise Missing(_("帖子 {number} 不存在").format(number=thread_id))
    known = open_event_of(s, thread.id)
    link = s.get(EventThread, (known.id, thread.id)) if known else None
    if known is not None and link is not None and link.whole and thread.turned_at is not None:
        return known
    thread.turned_by = staff.id
    event = opening_rules.turn(s, thread, _("{name}人工判定帖子已转负面").format(name=staff.name))
    audit.append(s, staff, AuditAction.THREAD_TURNED, f"event:{event.id}", {"thread": thread.id})
    return event


def _thread(s: Session, title: str, url: str, platform: str, words: str) -> Thread:
    """The stored thread with this address, else a new outside one."""
    if url:
        known = s.scalar(select(Thread).where(Thread.platform == platform, Thread.url == url[:400]).limit(1))
        if known is not None:
            return known
    key = "hand:" + hashlib.sha256("\x1f".join((url or title, words)).encode()).hexdigest()[:40]
    known = s.scalar(select(Thread).where(Thread.platform == platform[:64], Thread.external_id == key))
    if known is not None:
        return known
    thread = Thread(
        platform=platform[:64],
        external_id=key,
        title=title[:400],
        text=words,
        url=url[:400],
        stored_count=0,
        created_at=clock.now(),
    )
    s.add(thread)
    s.flush()
    return thread
