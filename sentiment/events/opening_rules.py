"""When an event opens: what was scored of late, against the rules of design section 7. All numbers are settings."""

from datetime import datetime, timedelta

from sqlalchemy import String, cast, func, or_, select, update
from sqlalchemy.orm import Session

from sentiment.events.clusters import Cluster, Voice, find_cluster
from sentiment.events.opening import (
    DEFAULT_PLAYBOOK,
    closed_at,
    closed_until,
    link,
    name_of,
    note,
    open_event,
    open_event_of,
    watched_threads,
)
from sentiment.scoring import signals
from sentiment.scoring.near_duplicates import LEAST_OVERLAP, bigrams, overlap
from sentiment.scoring.normalise import normalise
from sentiment.scoring.score import score_batch
from sentiment.scoring.targets import names_hospital
from yiyuan import clock
from yiyuan.codes import EventState, Sentiment, TimelineKind
from yiyuan.i18n import _
from yiyuan.models import Event, EventThread, Mention, Thread
from yiyuan.settings import OpeningRule, settings

#: Strongly negative comments of one thread that are looked at, newest first.
VOICES_MAX = 2000
#: Outside posts that are looked at in one go; a vendor's export of a day is far below.
POSTS_MAX = 5000
POST_HOURS = 24


def open_by_rules(s: Session) -> None:
    """Open events for outside posts, signals and clusters, mark turned posts, attach what belongs to open clusters."""
    outside_posts(s)
    signalled(s)
    turned_posts(s)
    clusters(s)
    attach(s)


def _playbook(rule: OpeningRule) -> str:
    """The playbook that answers what this rule opens."""
    return settings().event_playbooks.get(rule, DEFAULT_PLAYBOOK)


def recently() -> datetime:
    """From when on a score counts as new; a watch that slept longer looks at what it scores after waking."""
    return clock.now() - timedelta(minutes=settings().event_minutes + 60)


def _strong(s: Session, thread_id: int) -> list[Voice]:
    """The strongly negative comments of a thread that belong to no event yet and came after the last one was closed."""
    closed = closed_at(s, thread_id)
    query = select(Mention.id, Mention.author, Mention.text, Mention.targets, Mention.written_at).where(
        Mention.thread_id == thread_id, Mention.p_negative >= settings().event_p_negative, Mention.event_id.is_(None)
    )
    if closed is not None:
        query = query.where(Mention.seen_at > closed)
    rows = s.execute(query.order_by(Mention.written_at.desc()).limit(VOICES_MAX))
    return [Voice(*row) for row in rows]


def _loud_threads(s: Session) -> list[int]:
    """Threads with strongly negative comments scored of late, those of open whole events left out."""
    query = select(Mention.thread_id).where(
        Mention.scored_at >= recently(),
        Mention.p_negative >= settings().event_p_negative,
        Mention.thread_id.not_in(watched_threads(whole_only=True)),
    )
    return list(s.scalars(query.distinct()))


def clusters(s: Session) -> None:
    """Open an event for a cluster under a post that is in no open event."""
    for thread_id in _loud_threads(s):
        if open_event_of(s, thread_id) is None and (found := find_cluster(_strong(s, thread_id))):
            _open_cluster(s, s.get_one(Thread, thread_id), found)


def _open_cluster(s: Session, thread: Thread, found: Cluster) -> None:
    what = {"hospital": _("医院"), "doctor": _("医生"), "nurse": _("护士"), "fee": _("费用"), "queue": _("排队"),
            "environment": _("环境"), "drug": _("用药")}.get(found.shared, found.shared)  # fmt: skip
    title = _("“{post}”评论区集中负面：{topic}").format(post=name_of(thread), topic=what)
    why = _("{minutes} 分钟内 {count} 条强负面评论，{authors} 人，共同话题“{topic}”").format(
        minutes=settings().event_minutes,
        count=len(found.members),
        authors=len({voice.author or voice.id for voice in found.members}),
        topic=what,
    )
    event = open_event(s, title=title, why=why, threads=[thread], whole=False, playbook=_playbook("cluster"))
    ids = [voice.id for voice in found.members]
    s.execute(update(Mention).where(Mention.id.in_(ids)).values(event_id=event.id))


def attach(s: Session) -> None:
    """Strongly negative comments under a post with an open cluster belong to it, the late ones included."""
    query = (
        select(Mention.event_id, Mention.thread_id, func.min(Mention.written_at))
        .join(EventThread, (EventThread.event_id == Mention.event_id) & (EventThread.thread_id == Mention.thread_id))
        .join(Event, Event.id == EventThread.event_id)
        .where(Event.state == EventState.OPEN, EventThread.whole.is_(False))
        .group_by(Mention.event_id, Mention.thread_id)
    )
    for event_id, thread_id, first in s.execute(query).all():
        _attach(s, event_id, thread_id, first)


def _attach(s: Session, event_id: int, thread_id: int, first: datetime) -> None:
    """Those written since an hour before the first one; older ones were said before it began."""
    since = first - timedelta(minutes=settings().event_minutes)
    query = (
        update(Mention)
        .where(Mention.thread_id == thread_id, Mention.event_id.is_(None), Mention.written_at >= since)
        .where(Mention.p_negative >= settings().event_p_negative)
    )
    if (closed := closed_at(s, thread_id)) is not None:
        query = query.where(Mention.seen_at > closed)
    s.execute(query.values(event_id=event_id).execution_options(synchronize_session=False))


def signalled(s: Session) -> None:
    """One mention with a listed signal that names the hospital opens an event; praise that mentions one does not."""
    closed = closed_until().subquery("closed")
    query = (
        select(Mention, Thread)
        .join(Thread, Thread.id == Mention.thread_id)
        .outerjoin(closed, closed.c.thread_id == Mention.thread_id)
        .where(
            Mention.scored_at >= recently(),
            Mention.thread_id.not_in(watched_threads()),
            Mention.event_id.is_(None),
            Mention.label != Sentiment.POSITIVE,
            cast(Mention.signals, String) != "[]",
            or_(closed.c[1].is_(None), Mention.seen_at > closed.c[1]),
        )
    )
    seen: set[int] = set()
    for mention, thread in s.execute(query.order_by(Mention.id)).all():
        listed = [name for name in signals.OPENING if name in mention.signals]
        if listed and thread.id not in seen and _about_us(mention, thread):
            seen.add(thread.id)
            what = "、".join(signals.title(name) for name in listed)
            post_itself = thread.post_id is None and thread.external_id == mention.external_id
            title = _("“{post}”出现{signal}信号").format(post=name_of(thread), signal=what)
            why = _("一条提及带有{signal}信号并指向本院").format(signal=what)
            event = open_event(
                s, title=title, why=why, threads=[thread], whole=post_itself, playbook=_playbook("signal")
            )
            mention.event_id = event.id


def _about_us(mention: Mention, thread: Thread) -> bool:
    ours = thread.post_id is not None
    post = "" if ours else normalise(f"{thread.title} {thread.text}")
    return names_hospital(normalise(mention.text), own_post=ours) or names_hospital(post)


def outside_posts(s: Session) -> None:
    """A negative outside post that names the hospital opens an event; a near-copy of one joins the open event."""
    query = select(Thread).where(
        Thread.post_id.is_(None),
        Thread.text != "",
        Thread.created_at >= clock.now() - timedelta(hours=POST_HOURS),
        Thread.id.not_in(select(EventThread.thread_id)),
    )
    posts = [
        thread
        for thread in s.scalars(query.order_by(Thread.id).limit(POSTS_MAX))
        if names_hospital(normalise(f"{thread.title} {thread.text}"))
    ]
    for thread, score in zip(posts, score_batch([f"{post.title} {post.text}" for post in posts]), strict=True):
        if score.p_negative >= settings().event_p_negative:
            _join_or_open(s, thread)


def _join_or_open(s: Session, thread: Thread) -> None:
    grams = bigrams(thread.text)
    links = select(Thread, Event).join(EventThread, EventThread.thread_id == Thread.id).join(Event)
    for other, event in s.execute(
        links.where(Event.state == EventState.OPEN, EventThread.whole, Thread.text != "")
    ).all():
        if overlap(grams, bigrams(other.text)) >= LEAST_OVERLAP:
            link(s, event, thread, whole=True)
            note(s, event, TimelineKind.REPOST, _("转帖并入：{post}").format(post=name_of(thread)))
            return
    title = _("外部负面帖：{post}").format(post=name_of(thread))
    why = _("一条指名本院的外部负面帖")
    open_event(s, title=title, why=why, threads=[thread], whole=True, playbook=_playbook("outside_post"))


def turned_posts(s: Session) -> None:
    """A post has turned when enough of its last comments are negative; from then on all its comments count."""
    loud = _loud_threads(s)
    query = select(Thread).where(Thread.id.in_(loud), Thread.stored_count >= settings().turned_least)
    for thread in s.scalars(query):
        share, scored = _negative_share(s, thread)
        if scored >= settings().turned_least and share >= settings().turned_share:
            why = _("最近 {scored} 条已评分评论中 {share:.0%} 为负面").format(scored=scored, share=share)
            turn(s, thread, why)


def turn(s: Session, thread: Thread, why: str) -> Event:
    """Mark a post as turned, in its open event or in a new one."""
    thread.turned_at = clock.now()
    event = open_event_of(s, thread.id)
    if event is None:
        title = _("“{post}”评论转为负面").format(post=name_of(thread))
        return open_event(s, title=title, why=why, threads=[thread], whole=True, playbook=_playbook("turned"))
    link(s, event, thread, whole=True)
    note(s, event, TimelineKind.TURNED, why)
    return event


def _negative_share(s: Session, thread: Thread) -> tuple[float, int]:
    """Share of negative ones among the scored of the last comments by time of writing, and how many were scored."""
    closed = closed_at(s, thread.id)
    last = select(Mention.label, Mention.scored_at).where(Mention.thread_id == thread.id)
    if closed is not None:
        last = last.where(Mention.seen_at > closed)
    rows = last.order_by(Mention.written_at.desc(), Mention.id.desc()).limit(settings().turned_last).subquery()
    scored, negative = s.execute(
        select(func.count(rows.c.scored_at), func.count().filter(rows.c.label == Sentiment.NEGATIVE))
    ).one()
    return (negative / scored if scored else 0.0), scored
