"""舆情事件: the list, the page of an event, and what people do there."""

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from console.duties import queries as duty_queries
from console.events import queries, volume_chart
from console.web import permissions
from console.web.authorization import GuardedRoute, allow
from console.web.forms import Form, form_of
from console.web.sessions import staff_of
from console.web.templating import done, live, page
from playbooks import closing, engine, schema
from sentiment.events import events
from sentiment.events.opening import DEFAULT_PLAYBOOK
from sentiment.scoring import signals
from yiyuan import clock
from yiyuan.codes import EventState
from yiyuan.db.session import transaction
from yiyuan.errors import YiyuanError
from yiyuan.staff.permissions import Action

router = APIRouter(route_class=GuardedRoute)


def _list(request: Request, state: str, *, status: int = 200, faults: dict[str, str] | None = None) -> Response:
    chosen = EventState.known(state) or EventState.OPEN
    with transaction(read_only=True) as s:
        rows, counts, left = queries.listing(s, chosen), queries.counts(s), queries.open_duties(s)
    form = getattr(request.state, "form", Form())
    return page(
        request,
        "events/list.html",
        status,
        rows=rows,
        counts=counts,
        left=left,
        state=chosen,
        faults=faults or {},
        form=form,
        playbooks=list(schema.load_all().values()),
        default_playbook=DEFAULT_PLAYBOOK,
    )


@router.get("/events")
@allow(Action.read_event)
def listing(request: Request, state: str = EventState.OPEN) -> Response:
    """Open events, or closed ones."""
    return _list(request, state)


@router.post("/events")
@allow(Action.open_event)
def open_one(request: Request) -> Response:
    """Report a negative topic by hand."""
    form = form_of(request)
    try:
        playbook = schema.named(form.text("playbook", DEFAULT_PLAYBOOK)).name
        with transaction() as s:
            event = events.open_by_hand(
                s,
                staff_of(request),
                title=form.text("title"),
                url=form.text("url"),
                platform=form.text("platform"),
                text=form.text("text"),
                whole=form.text("whole", "1") == "1",
                playbook=playbook,
            )
    except YiyuanError as error:
        return _list(request, EventState.OPEN, status=error.status, faults={error.field or "title": error.message})
    return done(request, f"/events/{event.id}", "opened")


def _load(event_id: int) -> queries.EventView:
    with transaction(read_only=True) as s:
        return queries.view(s, permissions.event_of(s, event_id))


def _curves(view: queries.EventView) -> list[Markup]:
    points = [volume_chart.Point(point.at, point.volume, point.negative) for point in view.points]
    thresholds = [(tier.tier, tier.volume.first, tier.title) for tier in view.playbook.tiers]
    crossed = [(crossing.crossed_at, crossing.volume) for crossing in view.crossings if crossing.tier > 1]
    end = view.event.closed_at or clock.now()
    return [
        volume_chart.curve(points, thresholds, crossed, size, end) for size in (volume_chart.WIDE, volume_chart.NARROW)
    ]


@router.get("/events/{event_id:int}")
@allow(Action.read_event)
def show(request: Request, event_id: int) -> Response:
    """The page of an event."""
    view, me = _load(event_id), staff_of(request)
    with transaction(read_only=True) as s:
        acts = duty_queries.acts(s, me, view.duties)
    return page(
        request,
        "events/show.html",
        view=view,
        event=view.event,
        curves=_curves(view),
        signals=[(signals.title(name), number) for name, number in view.signals.most_common()],
        may_close=closing.may_close(view.event, me),
        may_raise=engine.may_raise(view.playbook, me),
        acts=acts,
    )


@router.get("/events/{event_id:int}/live")
@allow(Action.read_event)
def live_part(request: Request, event_id: int) -> Response:
    """Numbers and curve, polled."""
    view = _load(event_id)
    return live(request, "events/_live.html", view=view, event=view.event, curves=_curves(view))


@router.get("/events/{event_id:int}/comments")
@allow(Action.read_event)
def comments(request: Request, event_id: int) -> Response:
    """The comments again, uncertain ones with a second opinion; asked for once the page is shown."""
    view = _load(event_id)
    opinions = queries.opinions(view.comments)
    return live(request, "events/_comments.html", view=view, event=view.event, opinions=opinions)


@router.post("/events/{event_id:int}/raise")
@allow(Action.answer_event)
def raise_tier(request: Request, event_id: int) -> Response:
    """Follow a proposal, or one's own judgement."""
    form = form_of(request)
    with transaction() as s:
        engine.raise_tier(s, staff_of(request), event_id, form.number("tier"), form.text("reason"))
    return done(request, f"/events/{event_id}", "raised")


@router.post("/events/{event_id:int}/close")
@allow(Action.answer_event)
def close(request: Request, event_id: int) -> Response:
    """Close it, when the playbook's conditions hold."""
    with transaction() as s:
        closing.close(s, staff_of(request), event_id, form_of(request).text("note"))
    return done(request, f"/events/{event_id}", "closed")


@router.post("/threads/{thread_id:int}/turned")
@allow(Action.mark_turned)
def turned(request: Request, thread_id: int) -> Response:
    """Say that a post of ours has turned: all its comments count."""
    with transaction() as s:
        event = events.mark_turned(s, staff_of(request), thread_id)
    return done(request, f"/events/{event.id}", "turned")
