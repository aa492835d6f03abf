"""What every page about one item starts from: the item the person may see, and what its templates need."""

from typing import Any

from fastapi import Request

from console.items.view_queries import ItemView, piece, view_of
from console.web.forms import Form
from console.web.sessions import staff_of
from review.approval import confirmations
from review.items import originals, visibility
from yiyuan import clock
from yiyuan.codes import ItemState
from yiyuan.db.session import transaction


def load(request: Request, item_id: int, number: int | None = None) -> ItemView:
    """The item the person may see, with everything on its page."""
    with transaction(read_only=True) as s:
        item = visibility.item_of(s, staff_of(request), item_id)
        return view_of(s, item, visibility.revision_of(s, item, number))


def common(request: Request, view: ItemView) -> dict[str, Any]:
    """What every template about one item needs."""
    me = staff_of(request)
    return {
        "view": view,
        "item": view.item,
        "revision": view.revision,
        "piece": piece,
        "may_edit": originals.may_edit(view.item, me),
        "may_open": originals.may_open,
        "may_tick": confirmations.may_tick(view.item, me)
        and view.item.state in (ItemState.NAMING, ItemState.REVIEW)
        and view.item.level <= 1,
        "blank": Form(),
        "today": clock.today(),
    }
