"""审核: look, answer, sign; waivers and ticks beside it."""

from typing import TypeVar

from fastapi import APIRouter, Request, Response

from console.approval.queries import desk_of, stops
from console.items.item_context import common, load
from console.web.authorization import GuardedRoute, allow
from console.web.forms import form_of
from console.web.sessions import staff_of
from console.web.templating import done, page
from review.approval import confirmations, gate, waivers
from review.items import visibility
from review.policies import policies
from yiyuan.codes import Disposition
from yiyuan.db.session import transaction
from yiyuan.errors import Missing
from yiyuan.i18n import _
from yiyuan.models import Finding, Item, Revision, Verdict
from yiyuan.staff.permissions import Action

router = APIRouter(route_class=GuardedRoute)
Row = TypeVar("Row", Finding, Verdict)


@router.get("/items/{item_id:int}/decide")
@allow(Action.sign_item)
def show(request: Request, item_id: int) -> Response:
    """The item with the panel to sign it."""
    view = load(request, item_id)
    with transaction(read_only=True) as s:
        desk = desk_of(s, s.get_one(Item, item_id), staff_of(request))
    return page(
        request,
        "approval/decide.html",
        desk=desk,
        policy=policies.load(view.item.policy),
        stops=stops,
        may_waive=desk.may_waive,
        delegates=[("", _("请选择")), *((p.id, f"{p.name} {p.department}") for p in desk.instead_of)],
        **common(request, view),
    )


@router.post("/items/{item_id:int}/decide")
@allow(Action.sign_item)
def decide(request: Request, item_id: int) -> Response:
    """Sign. What the person saw (version and digest) must still be what is there."""
    form, me = form_of(request), staff_of(request)
    verdict = form.text("verdict")
    with transaction() as s:
        visibility.item_of(s, me, item_id)
        gate.decide(
            s,
            me,
            item_id,
            version=form.number("version"),
            verdict=verdict,
            digest=form.text("digest"),
            reason=form.text("reason"),
            answers={key: value for key, value in form.under("answer-").items() if value},
            delegate_of=form.number("delegate_of", 0) or None,
        )
    return done(request, "/inbox" if form.text("next") == "inbox" else f"/items/{item_id}", verdict)


def _item_of(request: Request, what: type[Row], number: int) -> int:
    with transaction(read_only=True) as s:
        row = s.get(what, number)
        if row is None:
            raise Missing(_("没有这条检查结果"))
        item_id = s.get_one(Revision, row.revision_id).item_id
        visibility.item_of(s, staff_of(request), item_id)
        return item_id


@router.post("/findings/{finding_id:int}/waive")
@allow(Action.waive_finding)
def waive(request: Request, finding_id: int) -> Response:
    """Let a stopping finding pass, with a reason."""
    item_id = _item_of(request, Finding, finding_id)
    form = form_of(request)
    with transaction() as s:
        disposition = form.code("disposition", Disposition, Disposition.WAIVED)
        waivers.waive(s, staff_of(request), finding_id, form.text("reason"), disposition=disposition)
    return done(request, f"/items/{item_id}/decide", "waived")


@router.post("/findings/{finding_id:int}/ask")
@allow(Action.ask_waiver)
def ask(request: Request, finding_id: int) -> Response:
    """Ask publicity to waive a stopping finding."""
    item_id = _item_of(request, Finding, finding_id)
    with transaction() as s:
        waivers.ask(s, staff_of(request), finding_id, form_of(request).text("reason"))
    return done(request, f"/items/{item_id}#finding-{finding_id}", "asked")


@router.post("/verdicts/{verdict_id:int}/tick")
@allow(Action.tick_verdict)
def tick(request: Request, verdict_id: int) -> Response:
    """Confirm by eye and ear what no checker checked."""
    item_id = _item_of(request, Verdict, verdict_id)
    with transaction() as s:
        confirmations.tick(s, staff_of(request), verdict_id)
    return done(request, f"/items/{item_id}", "saved")
