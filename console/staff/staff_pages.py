"""人员与角色: people, their roles, passwords and sessions. For administrators."""

from fastapi import APIRouter, Request, Response

from console.staff import queries
from console.web.authorization import GuardedRoute, allow
from console.web.forms import form_of
from console.web.sessions import staff_of
from console.web.templating import done, page
from yiyuan import i18n
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, Refused, YiyuanError
from yiyuan.i18n import _
from yiyuan.models import Staff
from yiyuan.staff import departments, members, passwords
from yiyuan.staff import sessions as staff_sessions
from yiyuan.staff.permissions import Action
from yiyuan.staff.roles import Role

router = APIRouter(route_class=GuardedRoute)


def _list(request: Request, *, status: int = 200, faults: dict[str, str] | None = None) -> Response:
    with transaction(read_only=True) as s:
        rows, logins, areas = queries.everybody(s), queries.open_logins(s), departments.names(s)
    form = getattr(request.state, "form", None)
    return page(
        request,
        "staff/list.html",
        status,
        rows=rows,
        logins=logins,
        departments=["", *areas],
        faults=faults or {},
        form=form,
        roles=list(Role),
    )


@router.get("/staff")
@allow(Action.manage_staff)
def listing(request: Request) -> Response:
    """Everybody, and the form for one more."""
    return _list(request)


@router.post("/staff")
@allow(Action.manage_staff)
def create(request: Request) -> Response:
    """Add a person."""
    form = form_of(request)
    try:
        with transaction() as s:
            members.create_staff(
                s,
                form.text("login"),
                form.text("name"),
                form.all("roles"),
                departments.check(s, form.text("department")),
                form.text("password"),
                title=form.text("title"),
                actor=staff_of(request),
            )
    except YiyuanError as error:
        return _list(request, status=error.status, faults={error.field or "login": error.message})
    return done(request, "/staff", "created")


@router.get("/staff/{staff_id}")
@allow(Action.manage_staff)
def show(request: Request, staff_id: int) -> Response:
    """One person."""
    return _show(request, staff_id)


def _show(request: Request, staff_id: int, *, status: int = 200, faults: dict[str, str] | None = None) -> Response:
    with transaction(read_only=True) as s:
        person, logins, areas = queries.person(s, staff_id), queries.open_logins(s), departments.names(s)
    return page(
        request,
        "staff/show.html",
        status,
        person=person,
        logins=logins[staff_id],
        roles=list(Role),
        departments=list(dict.fromkeys(["", person.department, *areas])),
        faults=faults or {},
        form=getattr(request.state, "form", None) if faults else None,
    )


@router.post("/staff/{staff_id}/edit")
@allow(Action.manage_staff)
def edit(request: Request, staff_id: int) -> Response:
    """Change name, department and title."""
    form = form_of(request)
    try:
        with transaction() as s:
            members.change(
                s,
                queries.person(s, staff_id).id,
                form.number("version"),
                name=form.text("name"),
                department=form.text("department"),
                title=form.text("title"),
                actor=staff_of(request),
            )
    except BadInput as error:
        return _show(request, staff_id, status=error.status, faults={error.field or "name": error.message})
    return done(request, f"/staff/{staff_id}", "saved")


def _another(me: Staff, person: Staff) -> None:
    if person.id == me.id:
        raise Refused(_("不能停用自己或去掉自己的管理员角色，请由另一位管理员操作"))


@router.post("/staff/{staff_id}/roles")
@allow(Action.manage_staff)
def roles(request: Request, staff_id: int) -> Response:
    """Replace the roles."""
    chosen = form_of(request).all("roles")
    with transaction() as s:
        person = queries.person(s, staff_id)
        if Role.administrator not in chosen:
            _another(staff_of(request), person)
        members.set_roles(s, person, chosen, actor=staff_of(request))
    return done(request, f"/staff/{staff_id}", "saved")


@router.post("/staff/{staff_id}/password")
@allow(Action.manage_staff)
def password(request: Request, staff_id: int) -> Response:
    """Set a new password; every session of the person ends."""
    with transaction() as s:
        members.set_password(s, queries.person(s, staff_id), form_of(request).text("password"), actor=staff_of(request))
    return done(request, f"/staff/{staff_id}", "password")


@router.post("/staff/{staff_id}/active")
@allow(Action.manage_staff)
def active(request: Request, staff_id: int) -> Response:
    """Disable (sessions end at once) or enable."""
    with transaction() as s:
        person = queries.person(s, staff_id)
        _another(staff_of(request), person)
        members.set_active(s, person, form_of(request).checked("active"), actor=staff_of(request))
    return done(request, f"/staff/{staff_id}", "saved")


@router.post("/staff/{staff_id}/sessions")
@allow(Action.manage_staff)
def sessions(request: Request, staff_id: int) -> Response:
    """End every session of the person."""
    with transaction() as s:
        staff_sessions.end_sessions(s, queries.person(s, staff_id).id)
    return done(request, f"/staff/{staff_id}", "ended")


@router.get("/me")
@allow(Action.use_console)
def me(request: Request) -> Response:
    """The person's own page: password and where outside notices go."""
    return page(
        request, "staff/me.html", urls=members.notice_urls(staff_of(request)), faults={}, languages=i18n.languages()
    )


@router.post("/me/password")
@allow(Action.use_console)
def own_password(request: Request) -> Response:
    """Change the own password, with the old one; ends all sessions, this one too."""
    form, who = form_of(request), staff_of(request)
    with transaction() as s:
        person = queries.person(s, who.id)
        known = passwords.check_password(s, person.login, form.text("old"))
        if known is not None:
            members.set_password(s, person, form.text("password"), actor=person)
    if known is None:
        raise Refused(_("原密码不对"), field="old")
    return done(request, "/login")


@router.post("/me/notices")
@allow(Action.use_console)
def own_notices(request: Request) -> Response:
    """Where this person's outside notices go."""
    urls = [line.strip() for line in form_of(request).text("urls").splitlines() if line.strip()]
    with transaction() as s:
        person = queries.person(s, staff_of(request).id)
        members.set_notice_urls(s, person, urls, actor=person)
    return done(request, "/me", "saved")


@router.post("/me/language")
@allow(Action.use_console)
def own_language(request: Request) -> Response:
    """Choose the language of the pages."""
    with transaction() as s:
        members.set_language(s, queries.person(s, staff_of(request).id), form_of(request).text("language"))
    return done(request, "/me", "saved")
