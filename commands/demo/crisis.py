"""The crisis: the first hours of the modelled curve arrive under our article, and the hospital answers."""

import time
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from commands.demo import state_queries
from commands.demo.context import Stage, Step
from sentiment.simulation.crisis_curve import Generated, comments
from yiyuan import clock
from yiyuan.errors import Failed
from yiyuan.i18n import _
from yiyuan.models import Event, EventThread, Mention, Post, Thread

#: Hours of the curve, and how many seconds of ours they take.
HOURS, REPLAY_SECONDS, SEED = 7, 60.0, 20260317
PLATFORM = "official_account"
PRAISE = ("讲得很清楚，谢谢林医生", "收藏了，给爸妈看", "原来袖带要和心脏同高", "早晚各量两次，学会了", "感谢科普")
LAST_TIER = 3


def article(s: Session, item_id: int) -> Post:
    """Our post whose comments the platform hands out."""
    return next(post for post in state_queries.posts(s, item_id) if post.platform == PLATFORM)


def say(stage: Stage, post: Post, lines: list[dict[str, str]]) -> None:
    """People comment under the post."""
    stage.sandbox("POST", "/admin/comments", {"platform": post.platform, "id": post.external_id, "comments": lines})


def calm(stage: Stage, item_id: int, step: Step) -> None:
    """A few thankful comments first: they are stored and scored, and no event opens."""
    post = stage.read(lambda s: article(s, item_id))
    say(stage, post, [{"author": f"读者{n}", "text": text} for n, text in enumerate(PRAISE)])

    def look(s: Session) -> int | None:
        thread = s.scalars(select(Thread).where(Thread.post_id == post.id)).one_or_none()
        where = Mention.thread_id == (thread.id if thread else 0), Mention.scored_at.is_not(None)
        scored = len(s.scalars(select(Mention.id).where(*where)).all())
        stage.tell(step, _("已入库并打分 {n} 条").format(n=scored))
        return scored if scored >= len(PRAISE) else None

    stage.until(look, 60.0, _("评论入库并打分"))
    if stage.read(lambda s: _event_of(s, post.id)):
        raise Failed(_("五条感谢评论不该触发舆情事件"))


def _event_of(s: Session, post_id: int) -> Event | None:
    query = select(Event).join(EventThread, EventThread.event_id == Event.id)
    return s.scalars(query.join(Thread, Thread.id == EventThread.thread_id).where(Thread.post_id == post_id)).first()


def _batches(pace: float) -> Iterator[tuple[float, list[Generated]]]:
    """What arrives in each second of the replay."""
    second, batch = 1, list[Generated]()
    for comment in comments(SEED, HOURS):
        while comment.arrives / pace > second:
            yield float(second), batch
            second, batch = second + 1, []
        batch.append(comment)
    yield float(second), batch


def replay(stage: Stage, item_id: int, step: Step) -> int:
    """Let the comments arrive at their times; returns how many there were."""
    post = stage.read(lambda s: article(s, item_id))
    pace, began, start, sent = HOURS * 3600 / REPLAY_SECONDS, time.monotonic(), clock.now(), 0
    for second, batch in _batches(pace):
        time.sleep(max(0.0, began + second - time.monotonic()))
        if stage.stopped():
            raise Failed(_("演示被中断"))
        lines = [comment.comment(start, pace=pace) for comment in batch]
        body = [
            {"author": comment.author, "text": comment.text, "at": comment.written_at.isoformat()} for comment in lines
        ]
        if body:
            say(stage, post, body)
        sent += len(body)
        event = stage.read(lambda s: _event_of(s, post.id))
        tiers = _("，事件提及量 {volume}，{tier} 级").format(volume=event.volume, tier=event.tier) if event else ""
        stage.tell(step, _("评论 {n} 条").format(n=sent) + tiers)
    return sent


def wait_for_answer(stage: Stage, item_id: int, step: Step) -> int:
    """Wait until the event stands at the last tier and each tier's first notice has left; returns the event's id."""
    post = stage.read(lambda s: article(s, item_id))

    def look(s: Session) -> int | None:
        event = _event_of(s, post.id)
        if event is None:
            return None
        found = state_queries.crossings(s, event.id)
        stage.tell(step, _("提及量 {volume}，{tier} 级").format(volume=event.volume, tier=event.tier))
        tiers = [crossing.tier for crossing in found if crossing.noticed_at is not None]
        return event.id if tiers == list(range(1, LAST_TIER + 1)) else None

    return stage.until(look, 90.0, _("事件升至 {n} 级且通知送达").format(n=LAST_TIER))


def notices_received(stage: Stage) -> list[dict[str, object]]:
    """What arrived at the receiver outside, as Apprise sent it."""
    received: list[dict[str, object]] = stage.sandbox("GET", "/notify").json()
    return received
