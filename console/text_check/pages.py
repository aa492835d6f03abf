"""试查文案: what the red lines say of a text while it is being typed. Nothing of it is kept or logged."""

from fastapi import APIRouter, Request, Response

from compliance.live_check import LONGEST, try_text
from console.web.authorization import GuardedRoute, allow
from console.web.forms import Form, form_of
from console.web.templating import page
from yiyuan.codes import PAGE_FACTS, ContentClass
from yiyuan.staff.permissions import Action

router = APIRouter(route_class=GuardedRoute)


def _shown(request: Request, template: str, form: Form) -> Response:
    trial = try_text(
        form.text("text"), form.text("content_class", ContentClass.KEPU), [f for f in PAGE_FACTS if form.checked(f)]
    )
    # Each finding once, in the order of the text; those of the whole page last.
    placed = (found for piece in trial.pieces for found in piece.found)
    return page(
        request,
        template,
        form=form,
        trial=trial,
        findings=list(dict.fromkeys([*placed, *trial.page])),
        classes=list(ContentClass),
        facts=PAGE_FACTS,
        longest=LONGEST,
    )


@router.get("/trial")
@allow(Action.try_text)
def show(request: Request) -> Response:
    """An empty page to type into."""
    return _shown(request, "text_check/show.html", Form())


@router.post("/trial")
@allow(Action.try_text)
def check(request: Request) -> Response:
    """The result for the page's script, or the whole page for browsers that run none."""
    part = request.headers.get("x-wants") == "text"
    return _shown(request, "text_check/_result.html" if part else "text_check/show.html", form_of(request))
