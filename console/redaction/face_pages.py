"""人脸与遮挡核对: whose face each track is, and the acceptance that freezes the revision."""

from fastapi import APIRouter, Request, Response

from console.items.item_context import common, load
from console.redaction.face_queries import sheet_of
from console.redaction.mask_pages import crops
from console.redaction.voice_queries import heard_of
from console.web.authorization import GuardedRoute, allow
from console.web.forms import form_of
from console.web.sessions import staff_of
from console.web.templating import done, page
from review.approval import acceptance
from review.intake import render_cache
from review.items import originals, visibility
from review.redaction import faces as face_naming
from yiyuan.codes import FaceNaming
from yiyuan.db.session import transaction
from yiyuan.i18n import _
from yiyuan.staff.permissions import Action

router = APIRouter(route_class=GuardedRoute)


@router.get("/items/{item_id:int}/tracks")
@allow(Action.write_item)
def show(request: Request, item_id: int) -> Response:
    """The contact sheet: every track with its doubts first, drawn boxes, identifiers on screen."""
    view = load(request, item_id)
    originals.require_editor(view.item, staff_of(request), _("指认人脸"))
    with transaction(read_only=True) as s:
        desk = sheet_of(s, view.item, view.revision, staff_of(request))
        rendering, heard = render_cache.last(s, view.item, view.revision), heard_of(s, view.revision)
    return page(request, "redaction/faces.html", desk=desk, rendering=rendering, heard=heard, **common(request, view))


@router.post("/items/{item_id:int}/tracks")
@allow(Action.write_item)
def name(request: Request, item_id: int) -> Response:
    """Save every naming on the page; unchanged ones are left alone."""
    form, me = form_of(request), staff_of(request)
    with transaction() as s:
        room_item = visibility.item_of(s, me, item_id)
        revision = visibility.revision_of(s, room_item)
        for track in visibility.tracks(s, revision):
            naming, agreement = form.text(f"naming-{track.id}", track.naming), form.text(f"agreement-{track.id}")
            consent = form.number(f"consent-{track.id}", 0) or None
            if (naming, agreement) != (track.naming, track.agreement) or consent:
                face_naming.name_track(
                    s, me, track.id, naming, agreement, consent_id=consent if naming == FaceNaming.PATIENT else None
                )
    return done(
        request, f"/items/{item_id}/tracks" if form.text("next") == "stay" else f"/items/{item_id}#confirm", "named"
    )


@router.get("/items/{item_id:int}/tracks/{track_id:int}/face")
@allow(Action.write_item)
def face(request: Request, item_id: int, track_id: int) -> Response:
    """The sealed crop of one face, for the author and publicity; opening it leaves an audit entry."""
    return crops(request, item_id, track_id, along=False)


@router.post("/items/{item_id:int}/accept")
@allow(Action.write_item)
def accept(request: Request, item_id: int) -> Response:
    """Accept what was redacted: the revision freezes and level 1 opens."""
    with transaction() as s:
        visibility.item_of(s, staff_of(request), item_id)
        acceptance.accept_redactions(s, staff_of(request), item_id, form_of(request).number("version"))
    return done(request, f"/items/{item_id}", "accepted")
