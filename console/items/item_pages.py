"""稿件: the lists and the page of one item."""

from fastapi import APIRouter, Request, Response

from console.items import item_queries as queries
from console.items.item_context import common, load
from console.web.authorization import GuardedRoute, allow
from console.web.forms import form_of
from console.web.sessions import staff_of
from console.web.templating import done, live, page
from review.approval import acceptance
from review.items import visibility
from review.policies import policies
from yiyuan.codes import ItemState
from yiyuan.db.session import transaction
from yiyuan.staff.permissions import Action
from yiyuan.staff.roles import Role

router = APIRouter(route_class=GuardedRoute)
#: The role whose list starts with the person's own items.
OWN_FIRST = Role.doctor


@router.get("/items")
@allow(Action.read_item)
def listing(request: Request, state: str = "", own: bool | None = None, q: str = "", page_number: int = 1) -> Response:
    """Items the person may see; authors see their own first."""
    me = staff_of(request)
    own = OWN_FIRST in me.roles if own is None else own
    wanted = queries.Wanted(state=ItemState.known(state), own=own, text=q.strip()[:60])
    number = max(page_number, 1)
    with transaction(read_only=True) as s:
        rows, counts = queries.listing(s, me, wanted, number), queries.counts(s, me, wanted)
    total = counts[wanted.state] if wanted.state else counts.total()
    return page(
        request,
        "items/list.html",
        rows=rows,
        counts=counts,
        wanted=wanted,
        states=list(ItemState),
        number=number,
        pages=-(-total // queries.PER_PAGE),
    )


@router.get("/items/{item_id:int}")
@allow(Action.read_item)
def show(request: Request, item_id: int, revision: int | None = None) -> Response:
    """The page of one item."""
    view = load(request, item_id, revision)
    policy = policies.load(view.item.policy)
    return page(request, "items/show.html", policy=policy, **common(request, view))


@router.get("/items/{item_id:int}/live")
@allow(Action.read_item)
def live_part(request: Request, item_id: int) -> Response:
    """The part that follows the intake and the gate."""
    return live(request, "items/_holder.html", **common(request, load(request, item_id)))


@router.get("/items/{item_id:int}/brief")
@allow(Action.read_item)
def brief(request: Request, item_id: int) -> Response:
    """A short look, opened inside a list."""
    return page(request, "items/_brief.html", **common(request, load(request, item_id)))


@router.post("/items/{item_id:int}/recheck")
@allow(Action.write_item)
def recheck(request: Request, item_id: int) -> Response:
    """Run the checks again, when one of them failed."""
    with transaction() as s:
        visibility.item_of(s, staff_of(request), item_id)
        acceptance.recheck(s, staff_of(request), item_id, form_of(request).number("version"))
    return done(request, f"/items/{item_id}", "submitted")
