"""人脸与遮挡核对: whose face each track is, and the acceptance that freezes the revision."""

from fastapi import APIRouter, Request, Response

from console import access
from console.forms import form_of
from console.guard import AUTHORS, GuardedRoute, allow
from console.pages.items import common, load
from console.pages.masks import crops
from console.queries.faces import sheet_of
from console.queries.voices import heard_of
from console.render import done, page
from console.visit import staff_of
from review import items, making, originals
from yiyuan.errors import Refused
from yiyuan.store import transaction
from yiyuan.texts import _

router = APIRouter(route_class=GuardedRoute)


@router.get("/items/{item_id:int}/tracks")
@allow(*AUTHORS)
def show(request: Request, item_id: int) -> Response:
    """The contact sheet: every track with its doubts first, drawn boxes, identifiers on screen."""
    room = load(request, item_id)
    if not originals.may_edit(room.item, staff_of(request)):
        raise Refused(_("只有作者、同科室医生、宣传部和运营团队可以指认人脸"))
    with transaction(read_only=True) as s:
        desk = sheet_of(s, room.item, room.revision, staff_of(request))
        made, heard = making.last(s, room.item, room.revision), heard_of(s, room.revision)
    return page(request, "items/tracks.html", desk=desk, made=made, heard=heard, **common(request, room))


@router.post("/items/{item_id:int}/tracks")
@allow(*AUTHORS)
def name(request: Request, item_id: int) -> Response:
    """Save every naming on the page; unchanged ones are left alone."""
    form, me = form_of(request), staff_of(request)
    with transaction() as s:
        room_item = access.item_of(s, me, item_id)
        revision = access.revision_of(s, room_item)
        for track in access.tracks(s, revision):
            naming, agreement = form.text(f"naming-{track.id}", track.naming), form.text(f"agreement-{track.id}")
            consent = form.number(f"consent-{track.id}", 0) or None
            if (naming, agreement) != (track.naming, track.agreement) or consent:
                items.name_track(
                    s, me, track.id, naming, agreement, consent_id=consent if naming == "patient" else None
                )
    return done(
        request, f"/items/{item_id}/tracks" if form.text("next") == "stay" else f"/items/{item_id}#confirm", "named"
    )


@router.get("/items/{item_id:int}/tracks/{track_id:int}/face")
@allow(*AUTHORS)
def face(request: Request, item_id: int, track_id: int) -> Response:
    """The sealed crop of one face, for the author and publicity; opening it leaves an audit entry."""
    return crops(request, item_id, track_id, along=False)


@router.post("/items/{item_id:int}/accept")
@allow(*AUTHORS)
def accept(request: Request, item_id: int) -> Response:
    """Accept what was redacted: the revision freezes and level 1 opens."""
    with transaction() as s:
        access.item_of(s, staff_of(request), item_id)
        items.accept_redactions(s, staff_of(request), item_id, form_of(request).number("version"))
    return done(request, f"/items/{item_id}", "accepted")
