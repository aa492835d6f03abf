"""文字脱敏核对: each identifier, its place in the original, what stands there now; and the way back, on record."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from console.items.item_context import common, load
from console.web.authorization import GuardedRoute, allow
from console.web.forms import form_of
from console.web.sessions import staff_of
from console.web.templating import done, page
from privacy.api import kind_name
from release.identifier_place import IdentifierPlace
from review.items import lookup, originals, visibility
from review.items.form import ItemForm
from review.redaction import identifiers as identifier_choices
from review.redaction import text as text_redaction
from review.redaction.identifiers import ChoiceRequest
from review.redaction.text import Hit
from yiyuan.codes import IdentifierDecision
from yiyuan.db.session import transaction
from yiyuan.errors import Missing, Refused
from yiyuan.i18n import _
from yiyuan.staff.permissions import Action

router = APIRouter(route_class=GuardedRoute)


@dataclass(frozen=True)
class Line:
    """An identifier as the page shows it. shown: its replacement, "" when it was removed or kept."""

    hit: Hit
    choice: IdentifierDecision
    shown: str
    reason: str
    by: str


def _line(hit: Hit, names: dict[int, str]) -> Line:
    chosen = hit.choice
    choice = chosen.choice if chosen else IdentifierDecision.LABEL
    shown = hit.hit.replacement if choice == IdentifierDecision.LABEL else ""
    return Line(hit, choice, shown, chosen.reason if chosen else "", names.get(chosen.chosen_by, "") if chosen else "")


def _show(request: Request, item_id: int, revealed: ItemForm | None = None) -> Response:
    view = load(request, item_id)
    # The identifiers of the texts as they are now; reading them is quick and needs nothing that was saved.
    with transaction(read_only=True) as s:
        item = visibility.item_of(s, staff_of(request), item_id)
        hits = text_redaction.redact_form(s, item, lookup.revision(s, item)).hits
    lines = [_line(hit, view.names) for hit in hits]
    texts = originals.parts(revealed) if revealed else {}
    return page(
        request,
        "redaction/texts.html",
        lines=lines,
        revealed=texts,
        kind_name=kind_name,
        decisions=list(IdentifierDecision),
        **common(request, view),
    )


@router.get("/items/{item_id:int}/redactions")
@allow(Action.reach_original)
def show(request: Request, item_id: int) -> Response:
    """The identifiers of the texts; none is shown in full."""
    return _show(request, item_id)


@router.post("/items/{item_id:int}/redactions")
@allow(Action.write_item)
def choose(request: Request, item_id: int) -> Response:
    """Label, remove or keep one identifier, or all with the same words."""
    form, me = form_of(request), staff_of(request)
    place = IdentifierPlace.read(form.text("place"))
    with transaction() as s:
        visibility.item_of(s, me, item_id)
        if place is None:
            raise Missing(_("文字中没有这处标记，请刷新页面"))
        wish = ChoiceRequest(
            place, form.code("choice", IdentifierDecision), form.text("reason"), alike=form.checked("alike")
        )
        identifier_choices.choose(s, me, item_id, wish)
    return done(request, f"/items/{item_id}/redactions", "chosen")


@router.post("/items/{item_id:int}/redactions/open")
@allow(Action.reach_original)
def reveal(request: Request, item_id: int) -> Response:
    """The texts as they were written, for a role, with a reason; opening them leaves an audit entry."""
    me = staff_of(request)
    try:
        with transaction() as s:
            item = visibility.item_of(s, me, item_id)
            found = originals.reveal(s, item, me, form_of(request).text("reason"))
    except Refused:
        with transaction() as s:  # the transaction above is undone; that somebody tried stays on record
            originals.note_refusal(s, visibility.item_of(s, me, item_id), me)
        raise
    return _show(request, item_id, found)
