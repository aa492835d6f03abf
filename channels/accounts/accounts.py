"""Accounts (账号): connected only after the platform took the credentials, kept only encrypted."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.accounts import credentials
from channels.contract import Channel, Field, Token
from channels.errors import ChannelError, NotSent, OutcomeUnknown, RateLimited
from channels.registry import channel
from yiyuan import audit, clock
from yiyuan.codes import AccountTier, AuditAction
from yiyuan.db.async_session import written
from yiyuan.errors import BadInput, Failed, Missing
from yiyuan.i18n import _
from yiyuan.models import Account, Staff
from yiyuan.staff.permissions import Action, require


@dataclass(frozen=True, kw_only=True)
class AccountForm:
    """What a person types in. account_id: the account that is connected again, None: a new one."""

    platform: str
    name: str
    credentials: Mapping[str, str]
    sandbox: bool = False
    tier: str = AccountTier.OFFICIAL
    department: str = ""
    account_id: int | None = None


def fields(platform: str) -> tuple[Field, ...]:
    """The credentials a platform asks for, in the order of the form."""
    return channel(platform).fields


def _wanted(form: AccountForm) -> dict[str, str]:
    if not form.name.strip():
        raise BadInput(_("请填写账号名称"), field="name")
    if AccountTier.known(form.tier) is None:
        raise BadInput(_("请选择账号层级"), field="tier")
    given = {field.name: form.credentials.get(field.name, "").strip() for field in fields(form.platform)}
    for field in fields(form.platform):
        if field.required and not given[field.name]:
            raise BadInput(
                _("缺少平台凭据“{label}”：{help}").format(label=_(field.label), help=_(field.help)), field=field.name
            )
        if field.name.endswith("_url") and given[field.name]:
            parts = urlsplit(given[field.name])
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise BadInput(_("“{label}”应是以 https:// 开头的网址").format(label=_(field.label)), field=field.name)
    return given


async def _tested(kind: type[Channel], given: Mapping[str, str], *, sandbox: bool) -> Token | None:
    field = kind.fields[0].name
    try:
        async with credentials.client(kind, sandbox=sandbox) as http:
            adapter = kind(http, given)
            adapter.token = await adapter.sign_in()
            await adapter.check()
            return adapter.token
    except (NotSent, OutcomeUnknown, RateLimited) as error:
        raise Failed(
            _("没有测成，凭据没有保存，请稍后再试：{reason}").format(reason=error.message), field=field
        ) from error
    except ChannelError as error:
        raise BadInput(
            _("平台没有接受这些凭据，没有保存：{reason}").format(reason=error.message), field=field
        ) from error


async def connect(staff: Staff, form: AccountForm) -> int:
    """Test the credentials against the platform, then keep them; returns the account's id.

    BadInput names the field that is missing or was not accepted; Failed: the platform could not be asked.
    """
    require(staff, Action.manage_account)
    given = _wanted(form)
    token = await _tested(channel(form.platform), given, sandbox=form.sandbox)
    return await written(_keep, staff, form, given, token)


def _keep(s: Session, staff: Staff, form: AccountForm, given: Mapping[str, str], token: Token | None) -> int:
    account = Account(platform=form.platform, created_at=clock.now())
    if form.account_id is not None:
        found = s.get(Account, form.account_id, with_for_update=True)
        if found is None or found.platform != form.platform or found.sandbox != form.sandbox:
            raise Missing(_("账号不存在"))
        account = found
    kept = {field.name: given[field.name] for field in fields(form.platform) if not field.once}
    account.name, account.tier, account.department = form.name.strip(), AccountTier.of(form.tier), form.department
    account.credentials, account.sandbox, account.active = credentials.seal(kept), form.sandbox, True
    account.checked_at, account.check_message = clock.now(), ""
    s.add(account)
    s.flush()
    if token is not None:
        credentials.keep_token(s, account.id, token)
    audit.append(s, staff, AuditAction.ACCOUNT_CONNECT, f"account:{account.id}", {"platform": form.platform})
    return account.id


def disconnect(s: Session, staff: Staff, account_id: int) -> None:
    """Forget the credentials; posts already out stay on record."""
    require(staff, Action.manage_account)
    account = s.get(Account, account_id, with_for_update=True)
    if account is None:
        raise Missing(_("账号不存在"))
    account.credentials, account.token, account.active = None, None, False
    audit.append(s, staff, AuditAction.ACCOUNT_DISCONNECT, f"account:{account.id}")


def listed(s: Session, *, active_only: bool = True) -> list[Account]:
    """The accounts in the order they were connected."""
    rows = select(Account).order_by(Account.id)
    return list(s.scalars(rows.where(Account.active) if active_only else rows))


async def check(account_id: int) -> str:
    """Test a connected account again; "" when it works, else why not (kept on the account)."""
    try:
        async with credentials.opened(account_id) as adapter:
            await adapter.check()
        message = ""
    except ChannelError as error:
        message = error.message
    await written(_note, account_id, message)
    return message


def _note(s: Session, account_id: int, message: str) -> None:
    account = s.get_one(Account, account_id)
    account.checked_at, account.check_message = clock.now(), message
