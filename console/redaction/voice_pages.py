"""人脸与遮挡核对: stretches of the film whose voice is changed."""

from fastapi import APIRouter, Request, Response

from console.web.authorization import GuardedRoute, allow
from console.web.forms import form_of
from console.web.sessions import staff_of
from console.web.templating import done
from review.items import lookup, visibility
from review.redaction import voices
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput
from yiyuan.i18n import _
from yiyuan.staff.permissions import Action

router = APIRouter(route_class=GuardedRoute)


def _seconds(raw: str, name: str) -> float:
    try:
        value = float(raw)
    except ValueError:
        value = float("nan")
    if not abs(value) < 1e7:
        raise BadInput(_("“{value}”不是数字").format(value=raw[:20]), field=name)
    return value


@router.post("/items/{item_id:int}/voices")
@allow(Action.write_item)
def change(request: Request, item_id: int) -> Response:
    """Change the voices of a stretch, or of the whole film."""
    form, me = form_of(request), staff_of(request)
    with transaction() as s:
        item = visibility.item_of(s, me, item_id)
        if form.text("whole"):
            film = lookup.video(s, lookup.revision(s, item))
            first, last = 0.0, (film.seconds if film else None) or 0.0
        else:
            first, last = (_seconds(form.text(name), name) for name in ("voice_first", "voice_last"))
        voices.change(s, me, item_id, first, last)
    return done(request, f"/items/{item_id}/tracks#voices", "chosen")


@router.post("/items/{item_id:int}/voices/restore")
@allow(Action.write_item)
def restore(request: Request, item_id: int) -> Response:
    """Leave a stretch as it was spoken."""
    form, me = form_of(request), staff_of(request)
    with transaction() as s:
        visibility.item_of(s, me, item_id)
        voices.restore(s, me, item_id, form.number("change", 0))
    return done(request, f"/items/{item_id}/tracks#voices", "chosen")
