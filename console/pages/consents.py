"""知情同意书: recording one, and its withdrawal."""

from anyio import to_thread
from fastapi import APIRouter, Request, Response

from console import access, uploads
from console.forms import MULTIPART, Form, form_of
from console.guard import AUTHORS, GuardedRoute, allow
from console.guard import uploads as takes_uploads
from console.render import done
from console.saving import ConsentSaving, ScanSaving
from console.visit import staff_of
from review import consents
from yiyuan.errors import Missing
from yiyuan.models import Consent
from yiyuan.store import transaction
from yiyuan.texts import _

router = APIRouter(route_class=GuardedRoute)


@router.post("/items/{item_id:int}/consents")
@allow(*AUTHORS)
@takes_uploads
async def record(request: Request, item_id: int) -> Response:
    """Record a written consent, with its scan when there is one."""
    saving = ConsentSaving(staff_of(request), item_id)
    await to_thread.run_sync(saving.check)
    if request.headers.get("content-type", "").startswith(MULTIPART):
        form: Form = await uploads.receive(request, saving.take_file)
    else:
        form = form_of(request)
    await to_thread.run_sync(saving.finish, form)
    return done(request, f"/items/{item_id}#consents", "consent")


@router.post("/consents/{consent_id:int}/scan")
@allow(*AUTHORS)
@takes_uploads
async def scan(request: Request, consent_id: int) -> Response:
    """The scan of a consent that was recorded without one."""
    saving = ScanSaving(staff_of(request), consent_id)
    await to_thread.run_sync(saving.check)
    await uploads.receive(request, saving.take_file)
    await to_thread.run_sync(saving.finish)
    return done(request, f"/items/{saving.item_id}#consents", "uploaded")


@router.post("/consents/{consent_id:int}/withdraw")
@allow(*AUTHORS)
def withdraw(request: Request, consent_id: int) -> Response:
    """The patient took it back."""
    with transaction() as s:
        consent = s.get(Consent, consent_id)
        if consent is None:
            raise Missing(_("没有这份知情同意书"))
        item = access.item_of(s, staff_of(request), consent.item_id)
        consents.withdraw(s, staff_of(request), consent_id, form_of(request).text("reason"))
    return done(request, f"/items/{item.id}#consents", "withdrawn")
