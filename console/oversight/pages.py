"""What is out already: the register of consents, the re-scan after a rule change, the monthly exceptions."""

from fastapi import APIRouter, Request, Response

from channels.delivery import exception_report
from compliance.advertising.active_pack import pack
from console.oversight import queries
from console.staff.queries import names
from console.web import csv_export, labels
from console.web.authorization import GuardedRoute, allow
from console.web.forms import form_of
from console.web.sessions import staff_of
from console.web.templating import done, page
from review.items import originals
from review.lifecycle import rescan as lifecycle_rescan
from yiyuan import audit, clock
from yiyuan.codes import AuditAction, ConsentState
from yiyuan.db.session import transaction
from yiyuan.i18n import _
from yiyuan.staff.permissions import Action

router = APIRouter(route_class=GuardedRoute)


@router.get("/consents")
@allow(Action.read_consents)
def consents(request: Request, state: str = "") -> Response:
    """Every consent with its scope and what of it still has to come down."""
    with transaction(read_only=True) as s:
        rows = queries.consents(s, staff_of(request))
    counts = {name: sum(row.state == name for row in rows) for name in ConsentState}
    chosen = state if state in counts else ""
    shown = [row for row in rows if chosen in ("", row.state)]
    context = {"rows": shown, "counts": counts, "total": len(rows), "state": chosen}
    return page(request, "oversight/consents.html", may_open=originals.may_open, **context)


@router.get("/rescan")
@allow(Action.read_rescan)
def rescan(request: Request) -> Response:
    """What the rules as they are now would stop."""
    with transaction(read_only=True) as s:
        scan = lifecycle_rescan.latest(s)
        rows, people = queries.hits(s, scan), names(s)
    return page(request, "oversight/rescan.html", scan=scan, rows=rows, people=people, version=pack().version)


@router.post("/rescan")
@allow(Action.decide_rescan)
def decide(request: Request) -> Response:
    """Take the chosen ones down, or let them stay; one confirmation for all."""
    form, me = form_of(request), staff_of(request)
    chosen = [int(number) for number in form.all("hits") if number.isdigit()]
    with transaction() as s:
        if form.text("then") == "keep":
            lifecycle_rescan.keep(s, me, chosen, form.text("reason"))
        else:
            lifecycle_rescan.take_down(s, me, chosen, form.text("reason"))
    return done(request, "/rescan", "saved" if form.text("then") == "keep" else "withdrawing")


def _month(asked: str) -> str:
    return asked if exception_report.first_day(asked) else f"{clock.today():%Y-%m}"


@router.get("/reports/exceptions")
@allow(Action.read_exceptions)
def report(request: Request, month: str = "") -> Response:
    """The exceptions of a month, for the screen and for paper."""
    chosen = _month(month)
    first = exception_report.first_day(chosen)
    assert first is not None
    with transaction(read_only=True) as s:
        still, late = exception_report.of_month(s, first)
    return page(request, "oversight/exceptions.html", month=chosen, still=still, late=late)


@router.get("/reports/exceptions.csv")
@allow(Action.read_exceptions)
def table(request: Request, month: str = "") -> Response:
    """The same for a spreadsheet; taking it out is an entry."""
    chosen = _month(month)
    first = exception_report.first_day(chosen)
    assert first is not None
    with transaction() as s:
        still, late = exception_report.of_month(s, first)
        audit.append(s, staff_of(request), AuditAction.REPORT_EXPORT, "report:exceptions", {"month": chosen})
    header = [
        _("类别"),
        _("发布单"),
        _("稿件"),
        _("平台"),
        _("账号"),
        _("原因"),
        _("应下架"),
        _("已证实下架"),
        _("天数"),
    ]
    header += [_("现在的状态"), _("链接")]
    body = [_line(_("未证实下架"), each) for each in still] + [_line(_("逾期下架"), each) for each in late]
    return csv_export.table(header, body, f"yiyuan-exceptions-{chosen}")


def _line(kind: str, each: exception_report.Exceptional) -> list[object]:
    gone = clock.local(each.gone_at).isoformat(timespec="minutes") if each.gone_at else ""
    return [
        kind,
        each.post.id,
        each.item.title,
        labels.platform(each.post.platform),
        each.account.name,
        each.reason,
        clock.local(each.since).isoformat(timespec="minutes"),
        gone,
        each.days,
        each.post.state.label,
        each.post.url,
    ]
