"""发布单: the list, one post with its ledger, and what people do by hand: pack, proof, times, take-down."""

from anyio import to_thread
from fastapi import APIRouter, Request, Response

from channels import registry
from channels.delivery import holds, manual_proof, planning, takedown
from console.posts import queries
from console.staff.queries import names
from console.web import multipart, permissions
from console.web.authorization import GuardedRoute, allow
from console.web.authorization import uploads as takes_uploads
from console.web.forms import Form, form_of
from console.web.media_response import serve
from console.web.sessions import staff_of
from console.web.templating import done, page
from privacy.api import screenshot
from yiyuan.codes import ParkedAnswer, PostState
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput
from yiyuan.i18n import _
from yiyuan.models import Asset, Staff
from yiyuan.staff.permissions import Action

router = APIRouter(route_class=GuardedRoute)


@router.get("/posts")
@allow(Action.read_post)
def listing(request: Request, state: str = "", page_number: int = 1) -> Response:
    """Posts of the items the person may see."""
    me, chosen = staff_of(request), PostState.known(state)
    number = max(page_number, 1)
    with transaction(read_only=True) as s:
        rows, counts = queries.listing(s, me, chosen, number), queries.counts(s, me)
    total = counts[chosen] if chosen else counts.total()
    return page(
        request,
        "posts/list.html",
        rows=rows,
        counts=counts,
        state=chosen or "",
        states=list(PostState),
        number=number,
        pages=-(-total // queries.PER_PAGE),
    )


@router.get("/posts/{post_id:int}")
@allow(Action.read_post)
def show(request: Request, post_id: int) -> Response:
    """One post."""
    with transaction(read_only=True) as s:
        slip = queries.slip(s, permissions.post_of(s, staff_of(request), post_id))
        people = names(s)
    return page(
        request,
        "posts/show.html",
        can=registry.capabilities(slip.post.platform),
        slip=slip,
        post=slip.post,
        people=people,
        withdrawing=slip.post.withdraw_reason is not None,
        limit=screenshot.MAX_BYTES,
    )


def _handoff_asset(request: Request, post_id: int, name: queries.HandoffFile) -> Asset:
    with transaction(read_only=True) as s:
        return queries.handoff_asset(s, permissions.post_of(s, staff_of(request), post_id), name)


@router.get("/posts/{post_id:int}/pack")
@allow(Action.prove_post)
def pack(request: Request, post_id: int) -> Response:
    """The publish pack: files, caption, checklist, manifest. Refused while releases are held."""
    with transaction(read_only=True) as s:
        holds.check_released(s)
    return serve(_handoff_asset(request, post_id, "pack_id"), download=True)


@router.get("/posts/{post_id:int}/proof.jpg")
@allow(Action.read_post)
def proof_picture(request: Request, post_id: int) -> Response:
    """The screenshot, as drawn anew by us."""
    return serve(_handoff_asset(request, post_id, "proof_id"))


class _Screenshot:
    """Keeps the screenshot in memory: it is small, and nothing of an upload lies on the disk as it came."""

    def __init__(self) -> None:
        self.content = bytearray()

    def take_file(self, _form: Form, name: str, _filename: str, chunks: multipart.Chunks) -> None:
        if name != "screenshot":
            raise BadInput(_("此处只接受截图"), field="screenshot")
        for chunk in chunks:
            self.content += chunk
            screenshot.check_size(len(self.content))


def _seen(staff: Staff, post_id: int) -> None:
    with transaction(read_only=True) as s:
        permissions.post_of(s, staff, post_id)


async def _with_screenshot(request: Request, post_id: int, missing: str) -> tuple[Form, bytes]:
    """The fields and the screenshot, drawn anew. Nothing of it is read for a person who may not see the post.

    BadInput with `missing` (Chinese) when no screenshot came.
    """
    await to_thread.run_sync(_seen, staff_of(request), post_id)
    shot = _Screenshot()
    form = await multipart.receive(request, shot.take_file)
    if not shot.content:
        raise BadInput(missing, field="screenshot")
    return form, await to_thread.run_sync(screenshot.redrawn, bytes(shot.content))


def _prove(staff: Staff, post_id: int, url: str, picture: bytes) -> None:
    with transaction() as s:
        manual_proof.prove(s, staff, post_id, url, picture)


def _confirm_removed(staff: Staff, post_id: int, picture: bytes) -> None:
    with transaction() as s:
        takedown.confirm_removed(s, staff, post_id, picture)


@router.post("/posts/{post_id:int}/proof")
@allow(Action.prove_post)
@takes_uploads
async def prove(request: Request, post_id: int) -> Response:
    """Link and screenshot of what was posted by hand; the post is live from now on."""
    form, picture = await _with_screenshot(request, post_id, _("请附上作品页面的截图"))
    await to_thread.run_sync(_prove, staff_of(request), post_id, form.text("url"), picture)
    return done(request, f"/posts/{post_id}", "proved")


@router.post("/posts/{post_id:int}/reschedule")
@allow(Action.reschedule_post)
def reschedule(request: Request, post_id: int) -> Response:
    """Another time for a post that has not begun."""
    due_at = form_of(request).moment("due_at")
    if due_at is None:
        raise BadInput(_("请选择发布时间"), field="due_at")
    with transaction() as s:
        permissions.post_of(s, staff_of(request), post_id)
        planning.reschedule(s, staff_of(request), post_id, due_at)
    return done(request, f"/posts/{post_id}", "moved")


@router.post("/posts/{post_id:int}/withdraw")
@allow(Action.withdraw_post)
def withdraw(request: Request, post_id: int) -> Response:
    """Call it off, or take it down."""
    with transaction() as s:
        permissions.post_of(s, staff_of(request), post_id)
        takedown.withdraw(s, staff_of(request), post_id, form_of(request).text("reason"))
    return done(request, f"/posts/{post_id}", "withdrawing")


@router.get("/posts/{post_id:int}/removal.jpg")
@allow(Action.read_post)
def removal_picture(request: Request, post_id: int) -> Response:
    """The screenshot that shows it is gone, as drawn anew by us."""
    return serve(_handoff_asset(request, post_id, "removal_proof_id"))


@router.post("/posts/{post_id:int}/removed")
@allow(Action.withdraw_post)
@takes_uploads
async def removed(request: Request, post_id: int) -> Response:
    """The operator has deleted it on the phone; the screenshot shows that it is gone."""
    _form, picture = await _with_screenshot(request, post_id, _("请附上内容已不存在的截图"))
    await to_thread.run_sync(_confirm_removed, staff_of(request), post_id, picture)
    return done(request, f"/posts/{post_id}", "withdrawn")


@router.post("/posts/{post_id:int}/resolve")
@allow(Action.resolve_post)
def resolve(request: Request, post_id: int) -> Response:
    """How a parked post really stands, after a look at the platform."""
    form = form_of(request)
    answer = form.code("answer", ParkedAnswer)
    with transaction() as s:
        permissions.post_of(s, staff_of(request), post_id)
        takedown.resolve(
            s, staff_of(request), post_id, answer, url=form.text("url"), external_id=form.text("external_id")
        )
    return done(request, f"/posts/{post_id}", "saved")
