"""The register of accounts (账号台账): who answers for an account, whether it was reported and is certified.

The platforms' rules and the hospital's own want it asked again at every send: a doctor who left speaks no more.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from yiyuan import audit, clock
from yiyuan.errors import BadInput, Conflict, Missing, Refused
from yiyuan.i18n import _
from yiyuan.models import Account, Staff
from yiyuan.staff.roles import Role

#: Account.status: may speak; not yet reported to the hospital; not certified by the platform; its holder left.
STATUSES = ("active", "unreported", "uncertified", "left")
_MAY = {Role.administrator, Role.publicity}


@dataclass(frozen=True, kw_only=True)
class Record:
    """What the register says of one account; holder_id: the holder when it is a member of staff."""

    status: str = "active"
    holder: str = ""
    holder_id: int | None = None
    reported_on: date | None = None
    certified_until: date | None = None


def fault(s: Session, account: Account) -> str:
    """Why the account may not speak today, one of STATUSES; "" when it may."""
    holder = s.get(Staff, account.holder_id) if account.holder_id is not None else None
    if holder is not None and not holder.active:
        return "left"
    if account.status != "active":
        return account.status
    over = account.certified_until is not None and account.certified_until < clock.today()
    return "uncertified" if over else ""


def reason(code: str) -> str:
    """A fault in Chinese, with what to do."""
    return {
        "unreported": _("账号尚未向医院报告备案，请先在账号台账登记"),
        "uncertified": _("账号没有有效的平台医疗资质认证，请认证后更新账号台账"),
        "left": _("账号持有人已离职，不得再以本院名义发布"),
    }.get(code, code)


def require(s: Session, account_id: int) -> None:
    """Conflict while the account may not speak: a person has to put the register in order first."""
    code = fault(s, s.get_one(Account, account_id))
    if code:
        raise Conflict(reason(code), field="account")


def update(s: Session, staff: Staff, account_id: int, record: Record) -> Account:
    """Write what the register says of an account; BadInput names the field."""
    if not _MAY & set(staff.roles):
        raise Refused(_("只有管理员和宣传部可以管理账号"))
    account = s.get(Account, account_id, with_for_update=True)
    if account is None:
        raise Missing(_("账号不存在"))
    if record.status not in STATUSES:
        raise BadInput(_("请选择账号状态"), field="status")
    if record.holder_id is not None and s.get(Staff, record.holder_id) is None:
        raise BadInput(_("人员不存在"), field="holder_id")
    if record.status == "active" and record.reported_on is None:
        raise BadInput(_("请填写向医院报告备案的日期"), field="reported_on")
    account.status, account.holder, account.holder_id = record.status, record.holder.strip()[:400], record.holder_id
    account.reported_on, account.certified_until = record.reported_on, record.certified_until
    audit.append(s, staff, "account.register", f"account:{account.id}", {"status": record.status})
    return account
