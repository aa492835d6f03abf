"""账号: connecting a platform account with a test of its credentials, and what each platform can do."""

from anyio import to_thread
from fastapi import APIRouter, Request, Response

from channels import registry
from channels.accounts import accounts, register
from channels.accounts.accounts import AccountForm
from console.accounts import queries
from console.web.authorization import GuardedRoute, allow
from console.web.forms import Form, form_of
from console.web.sessions import staff_of
from console.web.templating import done, page
from yiyuan.codes import AccountStatus, AccountTier
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, Failed, Missing
from yiyuan.i18n import _
from yiyuan.settings import settings
from yiyuan.staff.permissions import Action

router = APIRouter(route_class=GuardedRoute)


@router.get("/accounts")
@allow(Action.manage_account)
def listing(request: Request) -> Response:
    """Every account, and the platforms one may connect."""
    with transaction(read_only=True) as s:
        rows = queries.everything(s)
        faults, people = queries.faults(s, rows), queries.holders(s)
    return page(
        request,
        "accounts/list.html",
        rows=rows,
        faults=faults,
        people=people,
        statuses=list(AccountStatus),
        platforms=list(registry.platforms()),
        can=registry.all_capabilities(),
    )


@router.post("/accounts/{account_id:int}/register")
@allow(Action.manage_account)
def keep_register(request: Request, account_id: int) -> Response:
    """What the hospital's register says of the account."""
    form = form_of(request)
    record = register.Record(
        status=form.text("status"),
        holder=form.text("holder"),
        holder_id=form.number("holder_id", 0) or None,
        reported_on=form.day("reported_on"),
        certified_until=form.day("certified_until"),
    )
    with transaction() as s:
        register.update(s, staff_of(request), account_id, record)
    return done(request, f"/accounts#account-{account_id}", "saved")


def _form_page(
    request: Request, platform: str, form: Form, *, faults: dict[str, str] | None = None, status: int = 200
) -> Response:
    return page(
        request,
        "accounts/form.html",
        status,
        platform=platform,
        form=form,
        faults=faults or {},
        fields=accounts.fields(platform),
        can=registry.capabilities(platform),
        tiers=list(AccountTier),
        sandbox_offered=bool(settings().sandbox_url),
    )


def _platform(name: str) -> str:
    if name not in registry.platforms():
        raise Missing(_("没有这个平台"))
    return name


@router.get("/accounts/new/{platform}")
@allow(Action.manage_account)
def new(request: Request, platform: str) -> Response:
    """The form with the credentials this platform asks for."""
    return _form_page(request, _platform(platform), Form([("tier", AccountTier.OFFICIAL)]))


@router.get("/accounts/{account_id:int}/connect")
@allow(Action.manage_account)
def again(request: Request, account_id: int) -> Response:
    """Connect an account again, with new credentials; kept ones are never shown."""
    with transaction(read_only=True) as s:
        account = queries.account(s, account_id)
    form = Form([("name", account.name), ("tier", account.tier), ("department", account.department)])
    form.add("account_id", str(account.id))
    form.add("sandbox", "1" if account.sandbox else "")
    return _form_page(request, account.platform, form)


@router.post("/accounts/new/{platform}")
@allow(Action.manage_account)
async def connect(request: Request, platform: str) -> Response:
    """Test the credentials against the platform, then keep them."""
    form, chosen = form_of(request), _platform(platform)
    try:
        filled = AccountForm(
            platform=chosen,
            name=form.text("name"),
            credentials=form.under("credential-"),
            sandbox=form.checked("sandbox"),
            tier=form.text("tier"),
            department=form.text("department"),
            account_id=form.number("account_id", 0) or None,
        )
        await accounts.connect(staff_of(request), filled)
    except (BadInput, Failed) as error:
        return await to_thread.run_sync(_refused, request, chosen, form, error)
    return done(request, "/accounts", "connected")


def _refused(request: Request, platform: str, form: Form, error: BadInput | Failed) -> Response:
    return _form_page(request, platform, form, faults={error.field or "form": error.message}, status=error.status)


@router.post("/accounts/{account_id:int}/check")
@allow(Action.manage_account)
async def check(request: Request, account_id: int) -> Response:
    """Ask the platform whether the kept credentials still work."""
    await to_thread.run_sync(_known, account_id)
    message = await accounts.check(account_id)
    return done(request, f"/accounts#account-{account_id}", "" if message else "checked")


def _known(account_id: int) -> None:
    with transaction(read_only=True) as s:
        queries.account(s, account_id)


@router.post("/accounts/{account_id:int}/disconnect")
@allow(Action.manage_account)
def disconnect(request: Request, account_id: int) -> Response:
    """Forget the credentials."""
    with transaction() as s:
        accounts.disconnect(s, staff_of(request), account_id)
    return done(request, "/accounts", "disconnected")
