"""审计: the chain, filtered; its export; and its verification on the spot."""

import json
import unicodedata
from functools import partial

from fastapi import APIRouter, Request, Response

from console.audit import labels, queries
from console.staff.queries import names
from console.web import csv_export
from console.web.authorization import GuardedRoute, allow
from console.web.forms import Form, Kind, query_of
from console.web.sessions import staff_of
from console.web.templating import page
from yiyuan import audit, clock
from yiyuan.codes import AuditAction, AuditSubject
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput
from yiyuan.i18n import _
from yiyuan.staff.permissions import Action

router = APIRouter(route_class=GuardedRoute)
EXPORT_ROWS = 100_000


def _picked(form: Form, name: str, codes: type[Kind], title: str) -> Kind | None:
    """A code of the filter; BadInput for one that is not in the list, else all would be shown."""
    value = form.text(name)
    found = codes.known(value)
    if value and found is None:
        message = _("{title}“{value}”不在列表中，请回到审计记录重新选择")
        raise BadInput(message.format(title=title, value=value[:40]), field=name)
    return found


def _wanted(request: Request) -> queries.Filter:
    form = Form(list(query_of(request).items()))
    from_day, to_day = form.day("from"), form.day("to")
    if from_day and to_day and from_day > to_day:
        raise BadInput(_("起始日期晚于截止日期，请对调后再查"), field="from")
    return queries.Filter(
        actor=form.text("actor"),
        action=_picked(form, "action", AuditAction, _("动作")),
        kind=_picked(form, "kind", AuditSubject, _("对象")),
        number=unicodedata.normalize("NFKC", form.text("number")).strip(),
        from_day=from_day,
        to_day=to_day,
    )


@router.get("/audit")
@allow(Action.read_audit)
def listing(request: Request, page_number: int = 1, check: bool = False) -> Response:
    """One page of entries; ?check=1 also verifies the chain."""
    wanted, number = _wanted(request), max(page_number, 1)
    with transaction(read_only=True) as s:
        rows, total = queries.entries(s, wanted, page=number)
        pages = max(1, -(-total // queries.PER_PAGE))
        if number > pages:
            number = pages
            rows, total = queries.entries(s, wanted, page=number)
        people = names(s)
        report = audit.verify(s) if check else None
    query = {name: value for name, value in query_of(request).items() if value and name not in ("page_number", "check")}
    return page(
        request,
        "audit/list.html",
        rows=rows,
        total=total,
        number=number,
        pages=pages,
        wanted=wanted,
        report=report,
        query=query,
        actions=labels.actions(),
        kinds=[("", _("全部")), *((kind.value, kind.label) for kind in AuditSubject)],
        details=labels.details,
        actor_of=labels.actor,
        subject_of=partial(labels.subject, names=people),
        address_of=partial(labels.address, staff=staff_of(request)),
    )


@router.get("/audit/export.csv")
@allow(Action.read_audit)
def export(request: Request) -> Response:
    """The filtered entries for a spreadsheet; taking them out is itself an entry."""
    with transaction() as s:
        rows, _total = queries.entries(s, _wanted(request), per_page=EXPORT_ROWS)
        people = names(s)
        audit.append(s, staff_of(request), AuditAction.AUDIT_EXPORT, "audit", {"rows": len(rows)})
    header = [
        _("序号"),
        _("时间"),
        _("操作人"),
        _("动作"),
        _("对象"),
        _("详情"),
        _("说明"),
        _("动作代码"),
        _("对象代码"),
        _("内容"),
        _("链值"),
    ]
    body = (
        [
            entry.number,
            clock.local(entry.at).isoformat(),
            labels.actor(entry),
            labels.action(entry.action),
            labels.subject(entry.subject, people),
            labels.summary(entry),
            entry.note,
            entry.action,
            entry.subject,
            json.dumps(entry.detail, ensure_ascii=False),
            entry.hash,
        ]
        for entry in rows
    )
    return csv_export.table(header, body, "yiyuan-audit")
