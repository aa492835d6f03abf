"""投稿: the form that makes or changes an item, with the video streamed straight into its seal."""

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from console.accounts import queries as account_queries
from console.items.submission_form import fault_of, fields_of
from console.items.submission_upload import Saving
from console.web import multipart
from console.web.authorization import GuardedRoute, allow
from console.web.authorization import uploads as takes_uploads
from console.web.forms import Form, form_of
from console.web.sessions import staff_of
from console.web.templating import done, page
from review.items import originals, visibility
from review.policies import policies
from review.submission import submission
from yiyuan.codes import ITEM_CLASSES, AiLabel, ItemState
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, Conflict
from yiyuan.i18n import _
from yiyuan.models import Item, Staff
from yiyuan.settings import settings
from yiyuan.staff.permissions import Action

router = APIRouter(route_class=GuardedRoute)


def _form_page(
    request: Request, form: Form, *, item: Item | None = None, faults: dict[str, str] | None = None, status: int = 200
) -> Response:
    with transaction(read_only=True) as s:
        found = account_queries.active(s)
        faults_of = account_queries.faults(s, found)
    return page(
        request,
        "items/form.html",
        status,
        form=form,
        item=item,
        faults=faults or {},
        accounts=found,
        account_faults=faults_of,
        author=staff_of(request),
        classes=ITEM_CLASSES,
        policies=[policies.load(name) for name in policies.names()],
        ai_labels=list(AiLabel),
        limit=settings().upload_max_bytes,
        minutes=int(settings().video_max_seconds // 60),
    )


@router.get("/items/new")
@allow(Action.write_item)
def new(request: Request) -> Response:
    """An empty form with the author's own lines filled in."""
    me: Staff = staff_of(request)
    form = Form([("author_line", f"{me.name} {me.title}".strip()), ("department_line", me.department)])
    form.add("disclaimer", _("本内容仅供健康科普，不能代替医生面诊；如有不适请及时就医。"))
    form.add("source", settings().hospital)
    form.add("fact-practice_place", settings().hospital)
    return _form_page(request, form)


@router.get("/items/{item_id:int}/edit")
@allow(Action.write_item)
def edit(request: Request, item_id: int) -> Response:
    """The form as it was filled in last; its texts are opened from their seal for editors only, on record."""
    me = staff_of(request)
    with transaction() as s:
        item = visibility.item_of(s, me, item_id)
        if item.state not in (ItemState.DRAFT, ItemState.INTAKE_FAILED, ItemState.RETURNED, ItemState.NAMING):
            raise Conflict(_("稿件正在处理或审核，现在不能修改；请等结果出来，或先撤回"))
        form = fields_of(originals.for_editing(s, item, me))
    return _form_page(request, form, item=item)


async def _take(request: Request, saving: Saving) -> Response:
    form = Form()
    try:
        form = await multipart.form_with_files(request, saving.take_file, form)
        item = await to_thread.run_sync(saving.finish, form)
    except (BadInput, Conflict) as error:
        return await to_thread.run_sync(_failed, request, form, saving, error)
    return done(request, f"/items/{item.id}", "submitted" if form.text("then") == "submit" else "draft")


def _failed(request: Request, form: Form, saving: Saving, error: BadInput | Conflict) -> Response:
    """The form again with the message in its place; the next try continues the draft that is already saved."""
    item = saving.item
    if request.headers.get("hx-request") == "true":
        headers = {"X-Continue": f"/items/{item.id}/edit", "X-Version": str(item.version)} if item else {}
        return PlainTextResponse(error.message, status_code=error.status, headers=headers)
    faults = fault_of(error) if isinstance(error, BadInput) else {"form": error.message}
    return _form_page(request, form, item=item, faults=faults, status=error.status)


@router.post("/items/new")
@allow(Action.write_item)
@takes_uploads
async def create(request: Request) -> Response:
    """Save the draft, seal the files, submit when asked."""
    return await _take(request, Saving(staff_of(request)))


def _editable(staff: Staff, item_id: int) -> Item:
    with transaction(read_only=True) as s:
        return visibility.item_of(s, staff, item_id)


@router.post("/items/{item_id:int}/edit")
@allow(Action.write_item)
@takes_uploads
async def save(request: Request, item_id: int) -> Response:
    """Change a draft, or make a new revision of what people have seen."""
    me = staff_of(request)
    return await _take(request, Saving(me, await to_thread.run_sync(_editable, me, item_id)))


@router.post("/items/{item_id:int}/submit")
@allow(Action.write_item)
def submit(request: Request, item_id: int) -> Response:
    """Hand the draft to the intake."""
    with transaction() as s:
        visibility.item_of(s, staff_of(request), item_id)
        submission.submit(s, staff_of(request), item_id, form_of(request).number("version"))
    return done(request, f"/items/{item_id}", "submitted")


@router.post("/items/{item_id:int}/withdraw")
@allow(Action.write_item)
def withdraw(request: Request, item_id: int) -> Response:
    """Take an item back before it is approved."""
    form = form_of(request)
    with transaction() as s:
        visibility.item_of(s, staff_of(request), item_id)
        submission.withdraw(s, staff_of(request), item_id, form.number("version"), form.text("reason"))
    return done(request, f"/items/{item_id}", "withdrawn")
