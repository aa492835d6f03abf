"""预案: what each playbook does at a volume, as of now; nothing is started."""

from fastapi import APIRouter, Request, Response

from console.web.authorization import GuardedRoute, allow
from console.web.forms import Form
from console.web.templating import page
from playbooks import schema
from playbooks.dry_run import dry_run
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput
from yiyuan.i18n import _
from yiyuan.staff.permissions import Action

router = APIRouter(route_class=GuardedRoute)
#: Largest volume that can be tried.
MOST = 10_000_000


@router.get("/playbooks/{name}")
@allow(Action.read_event)
def show(request: Request, name: str, volume: str = "") -> Response:
    """One playbook, for a volume that a person may choose; at first the lowest of its highest tier."""
    playbook = schema.named(name)
    number = Form([("volume", volume)]).number("volume", playbook.tiers[-1].volume.first)
    if not 0 <= number <= MOST:
        raise BadInput(_("提及量请填 0 至 {most}").format(most=MOST), field="volume")
    with transaction(read_only=True) as s:
        run = dry_run(s, playbook, number)
    return page(request, "events/playbook.html", run=run, playbooks=list(schema.load_all().values()))
