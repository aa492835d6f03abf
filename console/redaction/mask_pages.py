"""人脸与遮挡核对: boxes people draw, identifiers on screen they let stand, and the crops they decide by."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from console.web.authorization import GuardedRoute, allow
from console.web.forms import Form, form_of
from console.web.security_headers import SANDBOX_CSP
from console.web.sessions import staff_of
from console.web.templating import done
from review.items import originals, visibility
from review.items.attached_files import ROLE as ATTACHMENT
from review.redaction import boxes as mask_boxes
from review.redaction import identifiers as identifier_choices
from review.redaction.boxes import DrawnBox
from review.submission import attachments
from yiyuan.codes import IdentifierDecision
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, Missing
from yiyuan.i18n import _
from yiyuan.models import Asset, Finding, MaskBox, Revision
from yiyuan.staff.permissions import Action
from yiyuan.storage import media

router = APIRouter(route_class=GuardedRoute)


def _number(form: Form, name: str) -> float:
    raw = form.text(name)
    try:
        value = float(raw)
    except ValueError:
        raise BadInput(_("“{value}”不是数字").format(value=raw[:20]), field=name) from None
    if not abs(value) < 1e7:
        raise BadInput(_("“{value}”不是数字").format(value=raw[:20]), field=name)
    return value


@router.post("/items/{item_id:int}/masks")
@allow(Action.write_item)
def draw(request: Request, item_id: int) -> Response:
    """Cover a box over a time span."""
    me, form = staff_of(request), form_of(request)
    if not form.text("w") or not form.text("h"):
        raise BadInput(_("请先在画面上拖出要遮盖的区域"), field="box")
    x, y, w, h = (round(_number(form, name)) for name in ("x", "y", "w", "h"))
    drawn = DrawnBox(x, y, w, h, _number(form, "first"), _number(form, "last"), form.text("note"))
    with transaction() as s:
        visibility.item_of(s, me, item_id)
        mask = mask_boxes.draw(s, me, item_id, drawn, asset_id=form_of(request).number("asset", 0) or None)
        where = _where(s, mask)
    return done(request, f"/items/{item_id}/tracks#{where}", "drawn")


def _where(s: Session, mask: MaskBox) -> str:
    """The part of the sheet a box stands in: its picture's board, or the film."""
    return f"board-{mask.asset_id}" if s.get_one(Asset, mask.asset_id).role == ATTACHMENT else "drawn"


@router.post("/masks/{mask_id:int}/remove")
@allow(Action.write_item)
def remove(request: Request, mask_id: int) -> Response:
    """Take a drawn box away."""
    me = staff_of(request)
    with transaction() as s:
        mask = s.get(MaskBox, mask_id)
        if mask is None:
            raise Missing(_("没有这个画框"))
        item = visibility.item_of(s, me, s.get_one(Revision, mask.revision_id).item_id)
        mask_boxes.remove(s, me, mask_id)
        where = _where(s, mask)
    return done(request, f"/items/{item.id}/tracks#{where}", "undrawn")


@router.post("/findings/{finding_id:int}/screen")
@allow(Action.write_item)
def screen(request: Request, finding_id: int) -> Response:
    """Let an identifier on screen stand because it is no patient's, or cover it again."""
    form, me = form_of(request), staff_of(request)
    with transaction() as s:
        finding = s.get(Finding, finding_id)
        if finding is None or not finding.rule.startswith("screen."):
            raise Missing(_("没有这条检查结果"))
        item = visibility.item_of(s, me, s.get_one(Revision, finding.revision_id).item_id)
        identifier_choices.choose_screen(s, me, finding, form.code("choice", IdentifierDecision), form.text("reason"))
    return done(request, f"/items/{item.id}/tracks#screen", "chosen")


@router.post("/items/{item_id:int}/attachments/{asset_id:int}/remove")
@allow(Action.write_item)
def detach(request: Request, item_id: int, asset_id: int) -> Response:
    """Take an attached file out of the draft."""
    me = staff_of(request)
    with transaction() as s:
        visibility.item_of(s, me, item_id)
        attachments.detach(s, me, item_id, asset_id)
    return done(request, f"/items/{item_id}", "saved")


@router.get("/items/{item_id:int}/tracks/{track_id:int}/strip")
@allow(Action.write_item)
def strip(request: Request, item_id: int, track_id: int) -> Response:
    """The sealed crops along one track, for the author and publicity; opening them leaves an audit entry."""
    return crops(request, item_id, track_id, along=True)


def crops(request: Request, item_id: int, track_id: int, *, along: bool) -> Response:
    """One crop of a track, or several along it."""
    me = staff_of(request)
    with transaction() as s:
        item, track = visibility.track_of(s, me, track_id)
        wanted = track.strip_id if along else track.face_id
        if item.id != item_id or wanted is None or not originals.may_see_faces(item, me):
            raise Missing(_("没有这张人脸"))
        with media.open_original(s, wanted, me, _("指认人脸")) as stream:
            content = stream.read()
    kind, suffix = ("image/jpeg", "jpg") if along else ("image/png", "png")
    name = f'inline; filename="face-{track_id}.{suffix}"'
    headers = {"Content-Security-Policy": SANDBOX_CSP, "Content-Disposition": name}
    return Response(content, media_type=kind, headers=headers)
