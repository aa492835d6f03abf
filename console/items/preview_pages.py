"""平台预览: what each platform will show, before anybody signs."""

import re

import nh3
from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from channels import registry
from console.items.item_context import common, load
from console.web.authorization import GuardedRoute, allow
from console.web.templating import page
from yiyuan.staff.permissions import Action

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


def _ours(_tag: str, attribute: str, value: str) -> str | None:
    """A picture of an article is named asset:12 until it goes out; we show our own copy, and nobody else's."""
    if attribute != "src":
        return value
    found = re.fullmatch(r"asset:(\d+)", value)
    return f"/media/{found[1]}" if found else None


def article(body: str) -> Markup:
    """The HTML of an article, cleaned (nh3) for our own page; the platform gets the signed original."""
    allowed = {"img": {"alt", "src"}}
    clean = nh3.clean(body, tags=TAGS, attributes=allowed, attribute_filter=_ours, link_rel=None, url_schemes={"asset"})
    return Markup(clean)  # noqa: S704 cleaned above


@router.get("/items/{item_id:int}/previews")
@allow(Action.read_item)
def show(request: Request, item_id: int) -> Response:
    """One phone per chosen account."""
    view = load(request, item_id)
    return page(
        request, "items/previews.html", limits=registry.all_capabilities(), article=article, **common(request, view)
    )
