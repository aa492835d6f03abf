"""知情同意书: recording one, and its withdrawal."""

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from console.items.submission_upload import ConsentSaving, ScanSaving
from console.web import multipart
from console.web.authorization import GuardedRoute, allow
from console.web.authorization import uploads as takes_uploads
from console.web.forms import form_of
from console.web.security_headers import SANDBOX_CSP
from console.web.sessions import staff_of
from console.web.templating import done
from privacy.api import document
from review.items import originals, visibility
from review.submission import consents
from yiyuan.db.session import transaction
from yiyuan.errors import Missing, Refused
from yiyuan.i18n import _
from yiyuan.models import Consent
from yiyuan.staff.permissions import Action

router = APIRouter(route_class=GuardedRoute)


@router.post("/items/{item_id:int}/consents")
@allow(Action.record_consent)
@takes_uploads
async def record(request: Request, item_id: int) -> Response:
    """Record a written consent, with its scan when there is one."""
    saving = ConsentSaving(staff_of(request), item_id)
    await to_thread.run_sync(saving.check)
    form = await multipart.form_with_files(request, saving.take_file)
    await to_thread.run_sync(saving.finish, form)
    return done(request, f"/items/{item_id}#consents", "consent")


@router.post("/consents/{consent_id:int}/scan")
@allow(Action.record_consent)
@takes_uploads
async def scan(request: Request, consent_id: int) -> Response:
    """The scan of a consent that was recorded without one."""
    saving = ScanSaving(staff_of(request), consent_id)
    await to_thread.run_sync(saving.check)
    await multipart.receive(request, saving.take_file)
    await to_thread.run_sync(saving.finish)
    return done(request, f"/items/{saving.item_id}#consents", "uploaded")


@router.post("/consents/{consent_id:int}/withdraw")
@allow(Action.record_consent)
def withdraw(request: Request, consent_id: int) -> Response:
    """The patient took it back."""
    with transaction() as s:
        item = visibility.item_of(s, staff_of(request), _consent(s, consent_id).item_id)
        consents.withdraw(s, staff_of(request), consent_id, form_of(request).text("reason"))
    return done(request, f"/items/{item.id}#consents", "withdrawn")


@router.post("/consents/{consent_id:int}/scan/open")
@allow(Action.reach_original)
def open_scan(request: Request, consent_id: int) -> Response:
    """The signed paper, drawn anew as one picture: what was uploaded is never handed to a browser."""
    me = staff_of(request)
    try:
        with transaction() as s:
            visibility.item_of(s, me, _consent(s, consent_id).item_id)
            source = consents.open_scan(s, me, consent_id, form_of(request).text("reason"))
    except Refused:
        with transaction() as s:  # the transaction above is undone; that somebody tried stays on record
            originals.note_refusal(s, visibility.item_of(s, me, _consent(s, consent_id).item_id), me)
        raise
    shown = document.picture(source)
    headers = {"Content-Security-Policy": SANDBOX_CSP, "X-Pages": f"{shown.shown}/{shown.pages}"}
    return Response(shown.jpeg, media_type="image/jpeg", headers=headers)


def _consent(s: Session, consent_id: int) -> Consent:
    consent = s.get(Consent, consent_id)
    if consent is None:
        raise Missing(_("没有这份知情同意书"))
    return consent
