"""平台预览: what each platform will show, before anybody signs."""

import nh3
from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from channels.capabilities import CAPABILITIES
from console.guard import EVERYBODY, GuardedRoute, allow
from console.pages.items import common, load
from console.render import page
from yiyuan.people import Role

router = APIRouter(route_class=GuardedRoute)
#: What an article may hold when we show it: no scripts, no styles, no addresses that load something.
TAGS = {
    "p",
    "br",
    "h1",
    "h2",
    "h3",
    "h4",
    "strong",
    "em",
    "b",
    "i",
    "ul",
    "ol",
    "li",
    "blockquote",
    "section",
    "span",
    "hr",
    "img",
    "table",
    "tr",
    "td",
    "th",
    "tbody",
    "thead",
}


def _ours(tag: str, attribute: str, value: str) -> str | None:
    return value if attribute != "src" or value.startswith("/media/") else None


def article(body: str) -> Markup:
    """The HTML of an article, cleaned (nh3) for our own page; the platform gets the signed original."""
    return Markup(nh3.clean(body, tags=TAGS, attributes={"img": {"alt", "src"}}, attribute_filter=_ours, link_rel=None))  # noqa: S704 cleaned above


@router.get("/items/{item_id:int}/previews")
@allow(*EVERYBODY - {Role.administrator})
def show(request: Request, item_id: int) -> Response:
    """One phone per chosen account."""
    room = load(request, item_id)
    return page(request, "items/previews.html", limits=CAPABILITIES, article=article, **common(request, room))
