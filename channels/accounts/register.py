"""The register of accounts (账号台账): who answers for an account, whether it was reported and is certified.

The platforms' rules and the hospital's own want it asked again at every send: a doctor who left speaks no more.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from yiyuan import audit, clock
from yiyuan.codes import AccountStatus, AuditAction
from yiyuan.errors import BadInput, Conflict, Missing
from yiyuan.i18n import N_, _
from yiyuan.models import Account, Staff
from yiyuan.staff import permissions
from yiyuan.staff.permissions import Action


@dataclass(frozen=True, kw_only=True)
class Record:
    """What the register says of one account; holder_id: the holder when it is a member of staff."""

    status: str = AccountStatus.ACTIVE
    holder: str = ""
    holder_id: int | None = None
    reported_on: date | None = None
    certified_until: date | None = None


def fault(s: Session, account: Account) -> AccountStatus | None:
    """Why the account may not speak today; None when it may."""
    holder = s.get(Staff, account.holder_id) if account.holder_id is not None else None
    if holder is not None and not holder.active:
        return AccountStatus.LEFT
    if account.status != AccountStatus.ACTIVE:
        return account.status
    over = account.certified_until is not None and account.certified_until < clock.today()
    return AccountStatus.UNCERTIFIED if over else None


#: What to do about each fault.
_REASONS = {
    AccountStatus.UNREPORTED: N_("账号尚未向医院报告备案，请先在账号台账登记"),
    AccountStatus.UNCERTIFIED: N_("账号没有有效的平台医疗资质认证，请认证后更新账号台账"),
    AccountStatus.LEFT: N_("账号持有人已离职，不得再以本院名义发布"),
}


def reason(found: AccountStatus) -> str:
    """A fault in Chinese, with what to do."""
    return _(_REASONS[found])


def require(s: Session, account_id: int) -> None:
    """Conflict while the account may not speak: a person has to put the register in order first."""
    found = fault(s, s.get_one(Account, account_id))
    if found is not None:
        raise Conflict(reason(found), field="account")


def update(s: Session, staff: Staff, account_id: int, record: Record) -> Account:
    """Write what the register says of an account; BadInput names the field."""
    permissions.require(staff, Action.manage_account)
    account = s.get(Account, account_id, with_for_update=True)
    if account is None:
        raise Missing(_("账号不存在"))
    status = AccountStatus.known(record.status)
    if status is None:
        raise BadInput(_("请选择账号状态"), field="status")
    if record.holder_id is not None and s.get(Staff, record.holder_id) is None:
        raise BadInput(_("人员不存在"), field="holder_id")
    if status == AccountStatus.ACTIVE and record.reported_on is None:
        raise BadInput(_("请填写向医院报告备案的日期"), field="reported_on")
    account.status, account.holder, account.holder_id = status, record.holder.strip()[:400], record.holder_id
    account.reported_on, account.certified_until = record.reported_on, record.certified_until
    audit.append(s, staff, AuditAction.ACCOUNT_REGISTER, f"account:{account.id}", {"status": status})
    return account
